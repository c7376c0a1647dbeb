// A photographer's delivery: too much is said before it is sent, and how far it is while it is.
const form = document.querySelector<HTMLFormElement>("form[data-upload]");

if (form) {
  const { mostFiles, mostBytes, tooMany = "", tooLarge = "", notSent = "" } = form.dataset;
  const inputs = [...form.querySelectorAll<HTMLInputElement>("input[type=file]")];
  const first = inputs[0];

  const check = () => {
    const files = inputs.flatMap((input) => [...(input.files ?? [])]);
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    first?.setCustomValidity(files.length > Number(mostFiles) ? tooMany : bytes > Number(mostBytes) ? tooLarge : "");
  };
  for (const input of inputs) {
    input.addEventListener("change", () => {
      check();
      first?.reportValidity();
    });
  }

  /** The page that came instead of the next one says why. */
  const show = (page: string) => {
    const main = new DOMParser().parseFromString(page, "text/html").querySelector("main");
    const here = document.querySelector("main");
    if (!main || !here) return location.reload();
    here.replaceWith(main);
    main.focus();
    scrollTo(0, 0);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sending = form.querySelector<HTMLElement>("[data-sending]");
    const progress = form.querySelector("progress");
    const buttons = [...form.querySelectorAll("button")];
    const waits = (is: boolean) => {
      if (sending) sending.hidden = !is;
      for (const button of buttons) button.disabled = is;
    };
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      if (progress && total > 0) progress.value = (loaded / total) * 100;
    });
    request.addEventListener("load", () => {
      if (request.status < 300 && request.responseURL !== form.action) location.assign(request.responseURL);
      else show(request.responseText);
    });
    request.addEventListener("error", () => {
      waits(false);
      window.alert(notSent);
    });
    request.open("POST", form.action);
    request.send(new FormData(form));
    waits(true);
  });
}
