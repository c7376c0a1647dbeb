/** Gives a file to the reader: shared where the phone can, else saved. False if they thought better of it. */
export async function saveFile(file: File): Promise<boolean> {
  if (navigator.canShare?.({ files: [file] })) {
    return navigator.share({ files: [file], title: file.name }).then(() => true, () => false);
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return true;
}
