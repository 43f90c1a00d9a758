"use strict";
// The page reads well without this: it adds filters, sorting, and links from the charts into the table.
(() => {
  const table = document.getElementById("table");
  if (!table) return;
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  const nothing = document.getElementById("nothing");
  const total = count.textContent;
  const number = new Intl.NumberFormat("en");
  const collator = new Intl.Collator("en", { numeric: true });
  const rows = Array.from(table.tBodies, (element, order) => ({
    element,
    order,
    data: element.dataset,
    owners: Array.from(element.querySelectorAll(".owner bdi"), (owner) => owner.textContent),
    text: null,
  }));
  const ways = ["safe", "review", "hand", "along"];
  const keys = {
    method: (row) => row.data.method,
    client: (row) => row.data.client,
    owner: (row) => row.owners.join(" "),
    place: (row) => row.order,
    way: (row) => ways.indexOf(row.data.way),
    sure: (row) => Number(row.data.sure),
    minutes: (row) => Number(row.data.minutes),
  };

  const words = (row) => (row.text ??= row.element.textContent.toLowerCase());

  function filter() {
    const asked = Array.from(new FormData(form)).filter(([, value]) => value.trim() !== "");
    let shown = 0;
    for (const row of rows) {
      const fits = asked.every(([name, value]) => {
        if (name === "text") return value.toLowerCase().split(/\s+/).every((word) => words(row).includes(word));
        return name === "owner" ? row.owners.includes(value) : row.data[name] === value;
      });
      row.element.hidden = !fits;
      shown += fits;
    }
    count.textContent = shown === rows.length ? total : `${number.format(shown)} of ${total}`;
    nothing.hidden = shown > 0;
  }

  function sort(header) {
    const before = header.getAttribute("aria-sort");
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    const direction = before === "ascending" ? "descending" : before === "descending" ? null : "ascending";
    if (direction) header.setAttribute("aria-sort", direction);
    const key = keys[header.dataset.key];
    const sign = direction === "descending" ? -1 : 1;
    const sorted = direction
      ? rows.map((row) => [key(row), row]).sort(([a, first], [b, second]) => {
          const difference = typeof a === "number" ? a - b : collator.compare(a, b);
          return sign * difference || first.order - second.order;
        }).map(([, row]) => row)
      : rows;
    const fragment = document.createDocumentFragment();
    for (const row of sorted) fragment.append(row.element);
    table.append(fragment);
  }

  for (const header of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sort(header));
    header.append(button);
  }

  let waiting;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, event.target.name === "text" ? 120 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are empty only after the event.
  form.addEventListener("reset", () => setTimeout(filter));
  nothing.querySelector("button").addEventListener("click", () => {
    form.reset();
    form.elements.text.focus();
  });
  for (const link of document.querySelectorAll("a[data-filter]")) {
    link.addEventListener("click", () => {
      form.reset();
      const field = form.elements[link.dataset.filter];
      if (field.type === "checkbox") field.checked = true;
      else field.value = link.dataset.value;
      setTimeout(filter);
    });
  }
  form.hidden = false;
  // A browser may restore what was typed before a reload.
  filter();
})();
