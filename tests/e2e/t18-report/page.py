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


def shown(page):
    return page.ask("[...document.querySelectorAll('.mails tbody tr')].filter((r) => !r.hidden).length")


def column(page, number, count=5):
    return page.ask(f"[...document.querySelectorAll('.mails tbody tr')].slice(0, {count})"
                    f".map((r) => r.cells[{number}].textContent)")


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
    check("all rows at first", shown(page), 46)
    check("genuine first", column(page, 0, 2), ["genuine", "genuine"])
    check("the tools are there", page.ask("document.querySelector('.tools').hidden"), False)
    check("names", page.ask(NAMELESS), [])

    page.click(".mails th:nth-child(2) button")
    times = column(page, 1, 46)
    check("by time", times, sorted(times))
    page.click(".mails th:nth-child(2) button")
    check("by time, backwards", column(page, 1, 46), sorted(times, reverse=True))
    check("said so", page.ask("document.querySelector('.mails th:nth-child(2)').ariaSort"), "descending")
    page.click(".mails th:nth-child(3) button")
    about = [text.lower() for text in column(page, 2, 46)]
    check("by address", about, sorted(about))
    page.ask("document.querySelector('.mails th:nth-child(1) button').focus()")
    page.press("Enter")
    check("by verdict, with the keyboard", column(page, 0, 46),
          ["genuine"] * 19 + ["unverified"] * 26 + ["backscatter"])

    page.click("input[type=search]")
    page.type("ROLEX puffin")
    page.settle()
    check("found by two words, whatever their case", shown(page), 1)
    check("told", page.ask("document.querySelector('.found').textContent"), "1 of 46 messages")
    page.ask("document.querySelector('input[type=search]').select()")
    page.type("nowhere-at-all")
    page.settle()
    check("nothing found", shown(page), 0)
    page.ask("document.querySelector('input[type=search]').select()")
    page.type(" ")
    page.settle()
    check("all again", shown(page), 46)
    page.click(".chips input[value=unverified]")
    check("without unverified", shown(page), 20)
    page.click(".chips input[value=unverified]")

    page.click(".mails tbody tr:first-child summary")
    check("facts on a click", page.ask(
        "document.querySelector('.mails tbody tr details').open && "
        "document.querySelector('.mails tbody tr .facts').getClientRects().length"), 1)
    page.ask("document.querySelectorAll('.mails tbody tr summary')[1].focus()")
    page.press("Enter")
    check("facts with the keyboard", page.ask("document.querySelectorAll('.mails details')[1].open"))
    quiet("table", page)


def readable(browser, name, path, pictures):
    for width in (320, 375, 768, 1280):
        for dark in (False, True):
            page = Page(browser, path, width=width, dark=dark)
            what = f"{name}, {width} wide, {'dark' if dark else 'light'}"
            page.ask("[...document.querySelectorAll('details')].slice(0, 60).forEach((d) => d.open = true)")
            check(f"{what}: across", page.ask("document.documentElement.scrollWidth"), width)
            if name != "flood":
                check(f"{what}: contrast", page.ask(CONTRAST), [])
            background = page.ask("getComputedStyle(document.body).backgroundColor")
            check(f"{what}: ground", int(background[4:].split(",")[0]) < 60, dark)
            quiet(what, page)
            if pictures:
                page.ask("document.querySelectorAll('details').forEach((d) => d.open = false)")
                page.ask("{const d = document.querySelector('.mails details'); if (d) d.open = true}")
                page.picture(f"{pictures}/{name}-{width}-{'dark' if dark else 'light'}.png",
                             5200 if width < 600 else 2600)


def without_script(browser, path):
    page = Page(browser, path, script=False)
    check("tools that would not work are not there",
          page.ask("document.querySelector('.tools').getClientRects().length"), 0)
    check("rows without script", shown(page), 46)
    check("charts without script", page.ask("document.querySelectorAll('main svg').length > 5"))
    page.click(".mails tbody tr:first-child summary")
    check("facts without script", page.ask("document.querySelector('.mails details').open"))
    quiet("without script", page)


def harmless(browser, path):
    page = Page(browser, path)
    check("hostile: scripts", page.ask("document.scripts.length"), 1)
    check("hostile: pictures", page.ask("document.images.length"), 0)
    check("hostile: our table", shown(page) > 0)
    check("hostile: text shown as text",
          page.ask("document.querySelector('.mails').textContent.includes('<img src=x')"))
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
        without_script(browser, small)
        harmless(browser, hostile)
        for name, path in (("small", small), ("flood", flood), ("hostile", hostile)):
            readable(browser, name, path, pictures)
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


main()
