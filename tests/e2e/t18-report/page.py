#!/usr/bin/env python3
"""The page of unsent scan --html in Chromium: page.py SMALL FLOOD HOSTILE [PICTURES]."""
import os
import sys

from browser import Browser, Page

failures = []


def check(what, got, want=True):
    if got != want:
        failures.append(f"{what}: {got!r} instead of {want!r}")


def quiet(what, page):
    """Whatever the page did, it asked for nothing, ran nothing foreign and met no error."""
    check(f"{what}: complaints", page.complaints(), [])
    check(f"{what}: requests", [url for url in page.requests() if not url.startswith("file://")], [])
    check(f"{what}: files", len(page.requests()), 1)


ROWS = "[...document.querySelectorAll('.messages .mails tbody:not([hidden]) tr')].filter((r) => r.querySelector('details'))"


def shown(page):
    return page.ask(ROWS + ".length")


def found(page):
    return page.ask("document.querySelector('.found').textContent")


def column(page, number, count=5):
    return page.ask(f"{ROWS}.slice(0, {count}).map((r) => r.cells[{number}].textContent)")


def times(page):
    return page.ask(ROWS + ".map((r) => r.querySelector('time').dateTime)")


def unfold(page):
    page.ask("document.querySelectorAll('.fold[aria-expanded=false]').forEach((b) => b.click())")


def search(page, text, field="any"):
    page.ask(f"{{const s = document.querySelector('.tools select'); s.value = '{field}';"
             " s.dispatchEvent(new Event('change'));"
             " document.querySelector('input[type=search]').select()}")
    page.click("input[type=search]")
    page.ask("document.querySelector('input[type=search]').select()")
    page.type(text)
    page.settle()


# The ratio of every text to what lies behind it (WCAG 2, 1.4.3), those below 4.5.
CONTRAST = """(() => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const colour = channels(getComputedStyle(element).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('script, svg, [hidden]')) continue;
    const two = [light(channels(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
    if (ratio < 4.5) poor.add(element.className + ' ' + node.data.trim().slice(0, 20) + ' ' + ratio);
  }
  return [...poor];
})()"""

# Focusable things and pictures without a name, ids that are there twice.
NAMELESS = """(() => {
  const bad = [];
  for (const e of document.querySelectorAll('button, input, summary, svg[role=img]'))
    if (!(e.textContent.trim() || e.ariaLabel || e.labels?.length)) bad.push(e.outerHTML);
  for (const e of document.querySelectorAll('[aria-labelledby]'))
    if (!document.getElementById(e.getAttribute('aria-labelledby'))) bad.push(e.outerHTML.slice(0, 80));
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  return bad.concat(ids.filter((id, i) => ids.indexOf(id) !== i));
})()"""


def table_works(browser, path):
    page = Page(browser, path)
    check("what is genuine is open at first", shown(page), 19)
    check("all are counted", found(page), "46 messages")
    check("genuine first", column(page, 0, 2), ["genuine", "genuine"])
    check("the tools are there", page.ask("document.querySelector('.tools').hidden"), False)
    check("names", page.ask(NAMELESS), [])
    check("a group is its campaign", page.ask(
        "[...document.querySelectorAll('.fold')].map((b) => b.textContent)"),
        ["Genuine", "203.0.113.0/24"])
    page.click(".group:nth-of-type(3) .fold")
    check("a campaign unfolds", shown(page), 46)
    page.press("Enter")
    check("and folds with the keyboard", shown(page), 19)
    unfold(page)

    page.click(".mails th:nth-child(2) button")
    came = times(page)
    check("by time, group by group", came, sorted(came[:19]) + sorted(came[19:]))
    page.click(".mails th:nth-child(2) button")
    check("by time, backwards", times(page), sorted(came[:19], reverse=True) + sorted(came[19:], reverse=True))
    check("said so", page.ask("document.querySelector('.mails th:nth-child(2)').ariaSort"), "descending")
    page.ask("document.querySelector('.mails th:nth-child(3) button').focus()")
    page.press("Enter")
    about = [text.lower() for text in column(page, 2, 19)]
    check("by address, with the keyboard", about, sorted(about))

    search(page, "ROLEX puffin")
    check("found by two words, whatever their case", shown(page), 1)
    check("told", found(page), "1 of 46 messages")
    search(page, "rolex", "about")
    check("a subject is no recipient", found(page), "Nothing found for “rolex” in recipient. Show all")
    check("nothing found", shown(page), 0)
    search(page, "subject:rolex about:puffin")
    check("fields in the words", shown(page), 1)
    search(page, "nowhere-at-all")
    page.click(".found button")
    check("all again", found(page), "46 messages")
    page.click(".chips input[value=unverified]")
    check("without unverified", found(page), "20 of 46 messages")
    page.click(".chips input[value=unverified]")


def clicks_filter(browser, path):
    page = Page(browser, path)
    for what, selector, want in (
            ("tile", ".totals .genuine button", "19 of 46 messages"),
            ("campaign", "[aria-labelledby=campaigns] .name button", "27 of 46 messages"),
            ("network", "[aria-labelledby=networks] .name button", "27 of 46 messages"),
            ("reporter", "[aria-labelledby=reporters] .name button", "4 of 46 messages")):
        page.click(selector)
        check(what, found(page), want)
        check(f"{what} is marked", page.ask(f"document.querySelector('{selector}').ariaPressed"), "true")
        page.click(".only .facet")
        check(f"{what} no more", found(page), "46 messages")
    quiet("clicks", page)


def rows_open_anywhere(browser, path):
    page = Page(browser, path)
    page.click(".messages .mails tbody tr .subject")
    check("a row opens anywhere", page.ask(
        "document.querySelector('.messages tbody details').open && "
        "document.querySelector('.messages tbody .facts').getClientRects().length"), 1)
    page.click(".messages .mails tbody tr .facts dd")
    check("and its facts can be read", page.ask("document.querySelector('.messages tbody details').open"))
    page.click(".messages .mails tbody tr .subject")
    check("and closes", page.ask("document.querySelector('.messages tbody details').open"), False)
    page.ask("document.querySelectorAll('.messages tbody summary')[1].focus()")
    page.press("Enter")
    check("facts with the keyboard", page.ask("document.querySelectorAll('.messages details')[1].open"))
    quiet("table", page)


def ticks_build_the_command(browser, path, run):
    page = Page(browser, path)
    check("nothing is ticked", page.ask("document.querySelector('.ticked').hidden"))
    page.click(".group .tick input")
    check("told", page.ask("document.querySelector('.told').textContent"), "1 campaign ticked")
    unfold(page)
    page.ask("document.querySelector('tr[data-id] .tick input').click()")
    id_of = page.ask("document.querySelector('tr[data-id]').dataset.id")
    check("told", page.ask("document.querySelector('.told').textContent"), "1 campaign and 1 message ticked")
    command = page.ask("document.querySelector('.ticked code').textContent")
    check("the command", command.split(" --campaign ")[1].split(" ~/")[0].split(" /")[0],
          f"203.0.113.0/24 --message {id_of} --quarantine")
    check("it begins as this scan", command.startswith("unsent scan --sent "))
    page.click(".untick")
    check("nothing is ticked again", page.ask("document.querySelector('.ticked').hidden"))
    check("what is genuine cannot be ticked", page.ask("document.querySelectorAll('tr.genuine .tick').length"), 0)
    quiet("ticks", page)
    run(command)


def is_light(browser, path):
    """12,000 rows: a few are built, and a search goes through all of them."""
    page = Page(browser, path)
    check("few rows are built", page.ask("document.querySelectorAll('tr').length") < 200)
    count = int(found(page).split()[0].replace(",", ""))
    check("all are there", count > 1900)
    unfold(page)
    check("fifty at a time", page.ask(
        "Math.max(...[...document.querySelectorAll('.messages tbody')].map((b) => b.rows.length))"), 51)
    page.ask("document.querySelector('.rest button').click()")
    check("fifty more", page.ask(
        "Math.max(...[...document.querySelectorAll('.messages tbody')].map((b) => b.rows.length))"), 101)
    quiet("light", page)


def readable(browser, name, path, pictures):
    for width in (320, 375, 768, 1280):
        for dark in (False, True):
            page = Page(browser, path, width=width, dark=dark)
            what = f"{name}, {width} wide, {'dark' if dark else 'light'}"
            page.ask("[...document.querySelectorAll('details')].slice(0, 60).forEach((d) => d.open = true)")
            page.ask("{const t = document.querySelector('.tick input'); if (t) t.click()}")
            check(f"{what}: across", page.ask("document.documentElement.scrollWidth"), width)
            if name != "flood":
                check(f"{what}: contrast", page.ask(CONTRAST), [])
            background = page.ask("getComputedStyle(document.body).backgroundColor")
            check(f"{what}: ground", int(background[4:].split(",")[0]) < 60, dark)
            quiet(what, page)
            if pictures:
                page.ask("document.querySelectorAll('details').forEach((d) => d.open = false)")
                page.ask("{const d = document.querySelector('.messages details'); if (d) d.open = true}")
                page.picture(f"{pictures}/{name}-{width}-{'dark' if dark else 'light'}.png",
                             5200 if width < 600 else 2600)


def without_script(browser, path):
    page = Page(browser, path, script=False)
    check("tools that would not work are not there",
          page.ask("document.querySelector('.tools').getClientRects().length"), 0)
    check("rows without script", page.ask(
        "[...document.querySelectorAll('.mails tbody tr')].filter((r) => r.getClientRects().length).length"), 46)
    check("charts without script", page.ask("document.querySelectorAll('main svg').length > 5"))
    page.click("noscript tbody tr:first-child summary")
    check("facts without script", page.ask("document.querySelector('.mails details').open"))
    quiet("without script", page)


def harmless(browser, path):
    page = Page(browser, path)
    check("hostile: scripts", page.ask("document.scripts.length"), 1)
    check("hostile: pictures", page.ask("document.images.length"), 0)
    unfold(page)
    check("hostile: our table", shown(page) > 0)
    check("hostile: text shown as text",
          page.ask("document.querySelector('.messages .mails').textContent.includes('<img src=x')"))
    page.ask("document.body.append(Object.assign(document.createElement('img'), {src: 'https://198.51.100.1/x'}))")
    page.ask("""{const s = document.createElement('script'); s.textContent = 'window.ran = 1';
                document.body.append(s)}""")
    check("the policy runs no other script", page.ask("window.ran"), None)
    page.settle()
    check("the policy loads nothing", len(page.requests()), 1)


def main():
    small, flood, hostile = (os.path.abspath(path) for path in sys.argv[1:4])
    pictures = sys.argv[4] if len(sys.argv) > 4 else None
    with Browser() as browser:
        table_works(browser, small)
        clicks_filter(browser, small)
        rows_open_anywhere(browser, small)
        ticks_build_the_command(browser, small, lambda command: open("command", "w").write(command))
        is_light(browser, flood)
        without_script(browser, small)
        harmless(browser, hostile)
        for name, path in (("small", small), ("flood", flood), ("hostile", hostile)):
            readable(browser, name, path, pictures)
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


main()
