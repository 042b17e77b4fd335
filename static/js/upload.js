// Evidence upload with a progress bar. Only the evidence section is exchanged afterwards, so nothing typed elsewhere
// on the page is lost. Without this script, or when it cannot read the answer, the form is sent as any other.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  const file = form?.querySelector("input[type=file]").files[0];
  if (!file) return;
  event.preventDefault();
  if (file.size > Number(form.dataset.maxBytes)) return complain(form, form.dataset.tooLarge);
  send(form);
});

function complain(form, sentence) {
  const input = form.querySelector("input[type=file]");
  let line = form.querySelector("[data-upload-problem]");
  if (!line) {
    line = document.createElement("p");
    line.id = `${input.id}-problem`;
    line.className = "error-text";
    line.dataset.uploadProblem = "";
    input.before(line);
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${line.id}`.trim());
  }
  line.textContent = sentence;
  input.setAttribute("aria-invalid", "true");
  for (const button of form.querySelectorAll("button")) setTimeout(() => { button.disabled = false; }, 0);
  form.querySelector("progress")?.remove();
  input.focus();
}

function send(form) {
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.className = "upload-progress";
  bar.setAttribute("aria-label", form.dataset.uploading);
  form.querySelector("progress")?.remove();
  form.append(bar);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.upload.addEventListener("progress", (step) => { if (step.lengthComputable) bar.value = step.loaded / step.total; });
  request.addEventListener("error", () => complain(form, form.dataset.failed));
  request.addEventListener("load", () => exchange(form, request));
  request.send(new FormData(form));
}

function exchange(form, request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const old = form.closest("section");
  const fresh = page.getElementById(old.id);
  if (!fresh) return complain(form, page.querySelector(".lead-text")?.textContent || form.dataset.failed);
  const news = page.querySelector("main > .error-summary, main > .notice");
  old.replaceWith(document.adoptNode(fresh));
  if (!news) return undefined;
  fresh.prepend(document.adoptNode(news));
  news.tabIndex = -1;
  news.focus();
  return undefined;
}
