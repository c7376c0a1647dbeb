// The gallery: each scene of tests/scenes.mjs in a frame of its own, in the app as it is built. A frame is loaded when
// it comes into sight.
import { scenes } from "/tests/scenes.mjs";

const SCALE = 0.6;
const form = document.querySelector("form");
const main = document.querySelector("main");
form.elements.name.value = new URLSearchParams(location.search).get("name") ?? "";

function frame(name, scheme, text, width) {
  const height = width > 768 ? 800 : 844;
  const figure = document.createElement("figure");
  const box = document.createElement("div");
  const inner = document.createElement("iframe");
  const caption = document.createElement("figcaption");
  const address = `/?${new URLSearchParams({ scene: name, scheme, text })}`;
  box.className = "frame";
  Object.assign(box.style, { width: `${width * SCALE}px`, height: `${height * SCALE}px` });
  Object.assign(inner, { loading: "lazy", src: address, title: `${name}, ${scheme}, ${text} %`, width, height });
  inner.style.transform = `scale(${SCALE})`;
  const link = Object.assign(document.createElement("a"), { href: address, target: "_blank", textContent: `${scheme}, ${text} %` });
  caption.append(link);
  box.append(inner);
  figure.append(box, caption);
  return figure;
}

function show() {
  const chosen = new FormData(form);
  const found = scenes.filter(({ name }) => name.includes(chosen.get("name").trim()));
  main.replaceChildren(
    ...found.map(({ name }) => {
      const section = document.createElement("section");
      const row = document.createElement("div");
      const frames = chosen.getAll("scheme").flatMap((scheme) => chosen.getAll("text").map((text) => frame(name, scheme, text, Number(chosen.get("width")))));
      row.append(...frames);
      section.append(Object.assign(document.createElement("h2"), { id: name, textContent: name }), row);
      return section;
    }),
  );
  document.querySelector("[role=status]").textContent = `${found.length} of ${scenes.length} scenes`;
}

form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
show();
