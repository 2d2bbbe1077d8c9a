/**
 * Starts the modules of a page where a server gives it. Browsers refuse them to a page that is opened from the disk, and
 * say so in the console: there the page stays as it is without them.
 */

if (location.protocol === "file:") {
  document.documentElement.classList.add("from-disk");
} else {
  addEventListener("DOMContentLoaded", () => {
    for (const each of document.querySelectorAll("[data-without-scripts]")) each.remove();
    for (const waiting of document.querySelectorAll("script[data-module]")) {
      const script = document.createElement("script");
      for (const { name, value } of waiting.attributes) script.setAttribute(name, value);
      script.type = "module";
      waiting.replaceWith(script);
    }
  });
}
