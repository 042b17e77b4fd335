// What every page does: focus the error summary, send a form once, forget local drafts at sign-out.
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    // The server is the real guard; this only spares a second click its waiting.
    setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; }, 0);
  });
}
// A page taken from the back cache must be usable again.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-once] button")) button.disabled = false;
});

const signOut = document.querySelector("form[data-sign-out]");
if (signOut) signOut.addEventListener("submit", () => indexedDB.deleteDatabase("ruraldx-drafts"));
