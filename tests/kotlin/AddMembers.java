import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jetbrains.org.objectweb.asm.ClassReader;
import org.jetbrains.org.objectweb.asm.ClassVisitor;
import org.jetbrains.org.objectweb.asm.ClassWriter;
import org.jetbrains.org.objectweb.asm.MethodVisitor;
import org.jetbrains.org.objectweb.asm.Opcodes;

/** Gives the classes of an old android.jar the members that a newer Android has: AddMembers OLD.jar MEMBERS.txt NEW.jar */
public final class AddMembers {
    public static void main(String[] args) throws IOException {
        Map<String, List<String[]>> wanted = new HashMap<>();
        List<String[]> nested = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(args[1]))) {
            if (line.isBlank() || line.startsWith("#")) continue;
            String[] words = line.trim().split("\\s+");
            if (words.length != 4) throw new IllegalArgumentException("not four words: " + line);
            if (words[0].equals("nested")) nested.add(words);
            wanted.computeIfAbsent(words[1], name -> new ArrayList<>()).add(words);
        }
        try (ZipFile old = new ZipFile(args[0]); OutputStream out = Files.newOutputStream(Path.of(args[2]));
                ZipOutputStream added = new ZipOutputStream(out)) {
            for (var entries = old.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                String name = entry.getName();
                // What is no class the compilers do not read.
                if (!name.endsWith(".class")) continue;
                byte[] bytes;
                try (InputStream in = old.getInputStream(entry)) {
                    bytes = in.readAllBytes();
                }
                List<String[]> members = wanted.remove(name.substring(0, name.length() - ".class".length()));
                added.putNextEntry(new ZipEntry(name));
                added.write(members == null ? bytes : with(members, bytes));
                added.closeEntry();
            }
            for (String[] member : nested) {
                String name = member[1] + "$" + member[2];
                added.putNextEntry(new ZipEntry(name + ".class"));
                added.write(with(wanted.getOrDefault(name, List.of()), empty(member)));
                added.closeEntry();
                wanted.remove(name);
            }
        }
        if (!wanted.isEmpty()) throw new IllegalArgumentException("no such classes: " + wanted.keySet());
    }

    private static byte[] with(List<String[]> members, byte[] bytes) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        new ClassReader(bytes).accept(new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public void visitEnd() {
                for (String[] member : members) add(this, member);
                super.visitEnd();
            }
        }, 0);
        return writer.toByteArray();
    }

    private static void add(ClassVisitor to, String[] member) {
        switch (member[0]) {
            case "field" -> {
                int constant = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL;
                to.visitField(constant, member[2], "I", null, Integer.decode(member[3])).visitEnd();
            }
            case "method" -> throwing(to, member, Opcodes.ACC_PUBLIC);
            case "static" -> throwing(to, member, Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC);
            case "nested" -> nested(to, member);
            default -> throw new IllegalArgumentException("no such kind: " + member[0]);
        }
    }

    private static void throwing(ClassVisitor to, String[] member, int access) {
        MethodVisitor body = to.visitMethod(access, member[2], member[3], null, null);
        body.visitCode();
        body.visitInsn(Opcodes.ACONST_NULL);
        body.visitInsn(Opcodes.ATHROW);
        body.visitMaxs(0, 0);
        body.visitEnd();
    }

    /** Named in both classes, the outer and the nested one. */
    private static void nested(ClassVisitor to, String[] member) {
        int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL;
        to.visitInnerClass(member[1] + "$" + member[2], member[1], member[2], access);
    }

    private static byte[] empty(String[] member) {
        ClassWriter writer = new ClassWriter(0);
        int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER;
        writer.visit(Opcodes.V1_8, access, member[1] + "$" + member[2], null, "java/lang/Object", null);
        nested(writer, member);
        writer.visitEnd();
        return writer.toByteArray();
    }
}
