"use strict";
(() => {
  const table = document.querySelector(".mails");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const tools = document.querySelector(".tools");
  const search = tools.querySelector("input[type=search]");
  const boxes = Array.from(tools.querySelectorAll("input[type=checkbox]"));
  const found = document.querySelector(".found");
  const number = new Intl.NumberFormat("en");
  const rank = { genuine: 0, unverified: 1, backscatter: 2 };
  const text = new Map();
  const textOf = (row) => {
    if (!text.has(row)) text.set(row, row.textContent.toLowerCase());
    return text.get(row);
  };

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const row of rows) {
      const is = wanted.has(row.className) && words.every((word) => textOf(row).includes(word));
      row.hidden = !is;
      if (is) ++count;
    }
    found.textContent = count === rows.length
      ? number.format(count) + (count === 1 ? " message" : " messages")
      : number.format(count) + " of " + number.format(rows.length) + " messages";
  };

  const keys = [
    (row) => rank[row.className],
    (row) => { const time = row.cells[1].querySelector("time"); return time ? time.dateTime : ""; },
    (row) => row.cells[2].textContent.toLowerCase(),
    (row) => row.cells[3].textContent.toLowerCase(),
  ];
  const order = new Map(rows.map((row, index) => [row, index]));
  const sort = (head, column) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = new Map(rows.map((row) => [row, keys[column](row)]));
    const compare = (a, b) => (key.get(a) < key.get(b) ? -1 : key.get(a) > key.get(b) ? 1 : 0);
    const sorted = rows.slice().sort((a, b) =>
      (down ? -compare(a, b) : compare(a, b)) || order.get(a) - order.get(b));
    body.append(...sorted);
  };

  Array.from(table.tHead.rows[0].cells).slice(0, keys.length).forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, column));
    head.append(button);
  });
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 60);
  });
  for (const box of boxes) box.addEventListener("change", show);
  tools.hidden = false;
  show();
})();
