"""The documentation site as readers meet it: search, copying, phones, dark and light."""

from __future__ import annotations

from typing import Final, Literal

import pytest
from playwright.sync_api import Page
from tests.site.conftest import SITE

PAGES: Final = sorted(path.parent.relative_to(SITE).as_posix().replace(".", "") for path in SITE.rglob("index.html"))
SCHEMES: Final[tuple[Literal["dark", "light"], ...]] = ("dark", "light")

LOW_CONTRAST = """() => {
  const context = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const known = new Map();
  const rgba = color => {
    if (!known.has(color)) {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
      known.set(color, [red, green, blue, alpha / 255]);
    }
    return known.get(color);
  };
  const over = (top, below) => top.slice(0, 3).map((value, index) => value * top[3] + below[index] * (1 - top[3]));
  const background = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const layer = rgba(getComputedStyle(each).backgroundColor);
      layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = color => {
    const [red, green, blue] = color.map(value => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const found = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const style = getComputedStyle(element), below = background(element);
    const [dark, light] = [over(rgba(style.color), below), below].map(luminance).sort((one, two) => one - two);
    const ratio = (light + 0.05) / (dark + 0.05), size = parseFloat(style.fontSize);
    const needed = size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5;
    if (ratio < needed) {
      found.set(`${element.localName}.${element.className}`, `${node.data.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
    }
  }
  return [...found].map(pair => pair.join(" "));
}"""

SMALL_TEXT = """least => [...document.querySelectorAll("article *")]
  .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .filter(element => element.checkVisibility() && parseFloat(getComputedStyle(element).fontSize) < least)
  .map(element => `${element.localName}.${element.className} ${getComputedStyle(element).fontSize}`)
  .filter((each, index, all) => all.indexOf(each) === index)"""


def test_search_finds_an_operation(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("begin_export_customer")
    page.get_by_role("option").filter(has_text="begin_export_customer").first.click()
    page.wait_for_url("**/?h=begin_export_customer*")
    assert "begin_export_customer" in page.locator("article").inner_text()


def test_each_block_of_code_can_be_copied(page: Page) -> None:
    page.goto("/tasks/")
    blocks = page.locator("pre > code").all()
    for block in blocks:
        block.locator("..").get_by_role("button", name="Copy").click()
        page.wait_for_function(
            "text => navigator.clipboard.readText().then(copied => copied.trim() === text)",
            arg=block.inner_text().strip(),
        )


@pytest.mark.parametrize("path", PAGES)
def test_page_is_readable_on_a_phone_in_dark_and_light(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/{path}/" if path else "/")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert page.evaluate(SMALL_TEXT, 12) == []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert (scheme, page.evaluate(LOW_CONTRAST)) == (scheme, [])
