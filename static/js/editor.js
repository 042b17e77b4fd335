// The line numbers follow the text while it is typed; a problem leads to its line in the text itself.
for (const field of document.querySelectorAll("[data-code-field]")) {
  const numbers = field.querySelector(".code-lines");
  const text = field.querySelector("textarea");
  const follow = () => {
    const wanted = text.value.split("\n").length;
    while (numbers.childElementCount < wanted) {
      const next = document.createElement("span");
      next.textContent = String(numbers.childElementCount + 1);
      next.id = `dong-${next.textContent}`;
      numbers.append(next);
    }
    while (numbers.childElementCount > wanted && numbers.childElementCount > 1) numbers.lastElementChild.remove();
    text.rows = wanted + 4;
  };
  text.addEventListener("input", follow);
  follow();
  for (const link of document.querySelectorAll("a[data-line]")) {
    link.addEventListener("click", () => {
      const lines = text.value.split("\n");
      const line = Math.min(Number(link.dataset.line), lines.length);
      const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      // After the browser has gone to the number, so that the caret does not scroll away from it.
      setTimeout(() => { text.focus({ preventScroll: true }); text.setSelectionRange(start, start + lines[line - 1].length); }, 0);
    });
  }
}
