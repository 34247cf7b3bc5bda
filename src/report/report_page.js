"use strict";
(() => {
  const store = document.querySelector("noscript.rows");
  const place = document.querySelector(".messages");
  if (!store || !place) return;
  const kPiece = 50;
  const number = new Intl.NumberFormat("en");
  const counted = (count, one) => number.format(count) + " " + one + (count === 1 ? "" : "s");
  const make = (name, { ariaLabel, ...properties } = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    if (ariaLabel) element.setAttribute("aria-label", ariaLabel);
    element.append(...children);
    return element;
  };

  // The rows wait as text in what is shown where no script runs, and become rows when they are seen.
  const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  const decoded = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name) => entities[name]);
  const without = (html) => decoded(html.replace(/<[^>]*>/g, " "));
  const between = (html, begin, end) => {
    const at = html.indexOf(begin);
    return at < 0 ? "" : without(html.slice(at + begin.length, html.indexOf(end, at)));
  };
  const rowOf = (html, index) => {
    const row = { html, index, shown: null };
    for (const [, name, value] of html.slice(0, html.indexOf(">")).matchAll(/data-([a-z]+)="([^"]*)"/g))
      row[name] = decoded(value);
    return row;
  };
  const rows = store.textContent.split("\n").filter((line) => line.startsWith("<tr data-")).map(rowOf);
  const fields = {
    any: (row) => without(row.html),
    about: (row) => between(row.html, 'class="about">', "</td>"),
    subject: (row) => between(row.html, 'class="subject">', "</td>"),
    reason: (row) => between(row.html, "<summary>", "</summary>"),
    sender: (row) => row.sender,
    reporter: (row) => row.reporter,
    network: (row) => row.network,
    campaign: (row) => row.campaign,
  };
  const kept = new Map(Object.keys(fields).map((field) => [field, new Map()]));
  const textOf = (row, field) => {
    const texts = kept.get(field);
    if (!texts.has(row)) texts.set(row, (fields[field](row) || "").toLowerCase());
    return texts.get(row);
  };

  // Those that are proved, the campaigns, and what is of none.
  const groups = new Map();
  const groupOf = (row) => row.verdict === "genuine" ? "genuine" : row.campaign ? "c " + row.campaign : "none";
  const add = (key, group) => groups.set(key, { key, rows: [], found: [], open: false, most: kPiece, ...group });
  add("genuine", { title: "Genuine", note: "about mail that you sent", open: true });
  for (const item of document.querySelectorAll(".campaigns li"))
    add("c " + item.dataset.campaign, { title: item.dataset.campaign, note: item.dataset.shared, campaign: item.dataset.campaign });
  add("none", { title: "Of no campaign", note: "" });
  for (const row of rows) (groups.get(groupOf(row)) || groups.get("none")).rows.push(row);

  const tools = document.querySelector(".tools");
  const search = tools.querySelector("input[type=search]");
  const field = tools.querySelector("select");
  const boxes = Array.from(tools.querySelectorAll(".chips input"));
  const only = document.querySelector(".only");
  const found = document.querySelector(".found");
  const table = document.querySelector(".messages .mails");
  const facets = new Map();

  const matches = (() => {
    let wanted, words, chosen;
    return {
      prepare() {
        wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
        words = search.value.toLowerCase().split(/\s+/).filter(Boolean).map((word) => {
          const colon = word.indexOf(":");
          const name = word.slice(0, colon);
          return colon > 0 && name in fields ? [name, word.slice(colon + 1)] : [field.value, word];
        });
        chosen = Array.from(facets);
      },
      test: (row) => wanted.has(row.verdict) && chosen.every(([name, value]) => row[name] === value) &&
        words.every(([name, word]) => textOf(row, name).includes(word)),
    };
  })();

  let order = (a, b) => a.index - b.index;
  const ticked = { campaigns: new Set(), rows: new Set() };

  const tickOf = (label, isOn, change) => {
    const box = make("input", { type: "checkbox", checked: isOn, ariaLabel: label });
    box.addEventListener("change", () => { change(box.checked); build(); });
    return make("label", { className: "tick" }, box);
  };
  const elementOf = (row) => {
    if (row.shown) return row.shown;
    const template = document.createElement("template");
    template.innerHTML = "<table><tbody>" + row.html + "</tbody></table>";
    const element = template.content.querySelector("tr");
    if (row.id)
      element.cells[0].prepend(tickOf("Tick this message", ticked.rows.has(row), (is) => ticked.rows[is ? "add" : "delete"](row)));
    return (row.shown = element);
  };

  const fill = (group) => {
    group.body.replaceChildren();
    if (!group.open) return;
    group.body.append(...group.found.slice(0, group.most).map(elementOf));
    const more = group.found.length - group.most;
    if (more <= 0) return;
    const button = make("button", { type: "button", className: "plain" }, "Show " + number.format(Math.min(more, kPiece)) + " more of " + number.format(more));
    button.addEventListener("click", () => {
      const next = group.found[group.most];
      group.most += kPiece;
      fill(group);
      elementOf(next).querySelector("summary").focus();
    });
    group.body.append(make("tr", { className: "rest" }, make("td", { colSpan: 5 }, button)));
  };
  const toggle = (group, open) => {
    group.open = open;
    group.most = kPiece;
    group.button.setAttribute("aria-expanded", String(open));
    fill(group);
  };
  for (const group of groups.values()) {
    if (group.rows.length === 0) continue;
    group.button = make("button", { type: "button", className: "fold" }, make("b", {}, group.title));
    group.button.addEventListener("click", () => toggle(group, !group.open));
    group.count = make("span", { className: "count" });
    const cell = make("th", { scope: "rowgroup", colSpan: 5 });
    cell.setAttribute("role", "rowheader");
    if (group.campaign)
      cell.append(tickOf("Tick the campaign " + group.campaign, false, (is) => ticked.campaigns[is ? "add" : "delete"](group)));
    cell.append(group.button, make("span", { className: "soft" }, group.note), group.count);
    const line = make("tr", {}, cell);
    line.setAttribute("role", "row");
    group.head = make("tbody", { className: "group" }, line);
    group.body = make("tbody");
    for (const part of [group.head, group.body]) part.setAttribute("role", "rowgroup");
    table.append(group.head, group.body);
  }

  const clear = () => {
    search.value = "";
    field.value = "any";
    facets.clear();
    for (const box of boxes) box.checked = true;
    show();
  };
  const say = (count) => {
    found.textContent = count === rows.length ? counted(count, "message")
      : number.format(count) + " of " + counted(rows.length, "message");
    if (count > 0) return;
    const where = field.value === "any" ? "" : " in " + field.selectedOptions[0].textContent;
    const what = search.value.trim() ? " for “" + search.value.trim() + "”" + where : "";
    const button = make("button", { type: "button", className: "plain" }, "Show all");
    button.addEventListener("click", clear);
    found.replaceChildren("Nothing found" + what + (facets.size || boxes.some((box) => !box.checked) ? " with these filters. " : ". "), button);
  };
  const showFacets = () => {
    only.replaceChildren(...Array.from(facets, ([name, value]) => {
      const button = make("button", { type: "button", className: "facet", ariaLabel: "No longer only " + name + " " + value }, name + " " + value + " ×");
      button.addEventListener("click", () => { facets.delete(name); show(); });
      return button;
    }));
    for (const button of document.querySelectorAll("[data-facet]"))
      button.setAttribute("aria-pressed", String(facets.get(button.dataset.facet) === button.dataset.value));
  };
  const show = () => {
    matches.prepare();
    let count = 0;
    for (const group of groups.values()) {
      group.found = group.rows.filter(matches.test).sort(order);
      count += group.found.length;
    }
    const isNarrow = count < rows.length && count <= kPiece;
    for (const group of groups.values()) {
      if (!group.head) continue;
      group.head.hidden = group.body.hidden = group.found.length === 0;
      group.count.textContent = counted(group.found.length, "message");
      toggle(group, isNarrow || group.open);
    }
    say(count);
    showFacets();
  };

  // What lies above filters: the tiles by verdict, the lists by what they list.
  const toMessages = () => document.getElementById("messages").scrollIntoView({ block: "start" });
  const facet = (holder, name, value, isTile) => {
    const button = make("button", { type: "button", className: isTile ? "tile" : "plain" });
    Object.assign(button.dataset, { facet: name, value });
    button.append(...holder.childNodes);
    button.addEventListener("click", () => {
      if (facets.get(name) === value) facets.delete(name);
      else facets.set(name, value);
      show();
      if (facets.has(name)) toMessages();
    });
    holder.append(button);
  };
  for (const tile of document.querySelectorAll(".totals li[data-value]")) facet(tile, "verdict", tile.dataset.value, true);
  for (const list of document.querySelectorAll(".bars[data-field]"))
    for (const item of list.querySelectorAll("li[data-value]"))
      facet(item.querySelector(".name"), list.dataset.field, item.dataset.value, false);

  const rank = { genuine: 0, unverified: 1, backscatter: 2 };
  const keys = [
    (row) => rank[row.verdict],
    (row) => row.time || "",
    (row) => textOf(row, "about"),
    (row) => textOf(row, "subject"),
  ];
  const heads = Array.from(table.tHead.rows[0].cells).slice(0, keys.length);
  heads.forEach((head, column) => {
    const button = make("button", { type: "button" });
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = new Map(rows.map((row) => [row, keys[column](row)]));
      const compare = (a, b) => (key.get(a) < key.get(b) ? -1 : key.get(a) > key.get(b) ? 1 : 0);
      order = (a, b) => (down ? -compare(a, b) : compare(a, b)) || a.index - b.index;
      show();
    });
    head.append(button);
  });
  table.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    const details = row && row.querySelector("details");
    const isOwn = event.target.closest("button, input, label, summary, .facts");
    if (details && !isOwn && String(getSelection()) === "") details.open = !details.open;
  });

  // The command that acts on what is ticked.
  const bar = document.querySelector(".ticked");
  const deed = bar.querySelector("select");
  const also = bar.querySelector("input");
  const code = bar.querySelector("code");
  const told = bar.querySelector(".told");
  const isName = (text) => /^[A-Za-z0-9.:/-]+$/.test(text);
  const build = () => {
    const campaigns = Array.from(ticked.campaigns).filter((group) => isName(group.campaign));
    const messages = Array.from(ticked.rows).filter((row) => isName(row.id));
    bar.hidden = campaigns.length + messages.length === 0;
    const words = campaigns.map((group) => "--campaign " + group.campaign)
      .concat(messages.map((row) => "--message " + row.id), also.checked ? ["--also unverified"] : [], [deed.value]);
    code.textContent = [bar.dataset.begin, ...words, bar.dataset.end].join(" ");
    told.textContent = [campaigns.length ? counted(campaigns.length, "campaign") : "", messages.length ? counted(messages.length, "message") : ""]
      .filter(Boolean).join(" and ") + " ticked";
  };
  for (const control of [deed, also]) control.addEventListener("change", build);
  bar.querySelector(".untick").addEventListener("click", () => {
    ticked.campaigns.clear();
    ticked.rows.clear();
    for (const box of table.querySelectorAll(".tick input")) box.checked = false;
    for (const row of rows) if (row.shown && row.id) row.shown.querySelector(".tick input").checked = false;
    build();
  });

  const copy = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
    } catch {
      getSelection().selectAllChildren(element);
      document.execCommand("copy");
    }
  };
  for (const command of document.querySelectorAll(".command")) {
    const button = make("button", { type: "button", className: "copy" }, "Copy");
    button.addEventListener("click", async () => {
      await copy(command.querySelector("code"));
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    command.append(button);
  }

  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 60);
  });
  field.addEventListener("change", show);
  for (const box of boxes) box.addEventListener("change", show);
  addEventListener("beforeprint", () => {
    for (const group of groups.values())
      if (group.head) { group.open = true; group.most = 500; fill(group); }
  });
  place.hidden = tools.hidden = false;
  show();
})();
