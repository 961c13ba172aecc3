"""The layer stack under a real pointer and a real keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, WebSocketRoute
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.conversation import settled
from tests.browser.expecting import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MLP = ["Flatten", "Linear", "ReLU", "Linear", "ReLU", "Output"]


def rows(page: Page) -> Locator:
    return page.locator(".row")


def expect_layers(page: Page, names: list[str]) -> None:
    """The rows stand so, and Python has answered for each of them."""
    expect(rows(page).locator(".name")).to_have_text(names)
    expect(page.locator(".row.open")).to_have_count(0)


def pick(page: Page, place: int) -> Locator:
    """The part of a row that takes the keyboard."""
    return rows(page).nth(place).locator(".pick")


def train(page: Page) -> Locator:
    return page.get_by_role("button", name="Train Shortcut")


def add(page: Page, layer: str) -> None:
    page.get_by_role("button", name="+ Add layer").click()
    page.get_by_label("Search layers").fill(layer)
    page.keyboard.press("Enter")


def test_a_layer_is_found_added_and_shown_at_once(studio: Page) -> None:
    pick(studio, 1).click()
    add(studio, "drop")
    expect_layers(studio, ["Flatten", "Linear", "Dropout", *MLP[2:]])
    expect(rows(studio).nth(2)).to_have_class(re.compile("selected"))
    expect(rows(studio).nth(2).locator(".shapes")).to_have_text("128 → 128")
    expect(studio.get_by_role("spinbutton", name="p", exact=True)).to_have_value("0.5")


def test_the_menu_opens_narrows_down_and_closes_by_keyboard(studio: Page) -> None:
    studio.get_by_role("button", name="+ Add layer").focus()
    studio.keyboard.press("Enter")
    search = studio.get_by_label("Search layers")
    expect(search).to_be_focused()
    search.fill("no such layer")
    expect(studio.get_by_text("No layer is called so.")).to_be_visible()
    search.fill("")
    studio.keyboard.press("ArrowDown")
    expect(studio.locator(".offer[aria-selected='true'] b")).to_have_text(re.compile(r"\w+"))
    studio.keyboard.press("Escape")
    expect(search).to_be_hidden()
    expect_layers(studio, MLP)


def drag(page: Page, source: int, target: int) -> None:
    """Take a row by its grip and hold it over another; once Python has answered for all, or they would still move."""
    expect(page.locator(".row.open")).to_have_count(0)
    start, end = rows(page).nth(source).locator(".grip").bounding_box(), rows(page).nth(target).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 4, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 4, end["y"] + end["height"] / 2, steps=12)


def test_a_row_is_dragged_to_its_place_and_never_behind_the_output(studio: Page) -> None:
    pick(studio, 1).click()
    add(studio, "dropout")
    drag(studio, 2, 4)
    studio.mouse.up()
    expect_layers(studio, ["Flatten", "Linear", "ReLU", "Linear", "Dropout", "ReLU", "Output"])
    drag(studio, 4, 6)
    studio.mouse.up()
    expect_layers(studio, ["Flatten", "Linear", "ReLU", "Linear", "ReLU", "Dropout", "Output"])


def test_escape_lets_go_of_a_dragged_row(studio: Page) -> None:
    drag(studio, 1, 4)
    studio.keyboard.press("Escape")
    studio.mouse.up()
    expect_layers(studio, MLP)


def test_rows_move_by_keys_and_by_buttons_and_say_where_they_are(studio: Page) -> None:
    pick(studio, 1).click()
    studio.keyboard.press("Alt+ArrowDown")
    studio.keyboard.press("Alt+ArrowDown")
    expect_layers(studio, ["Flatten", "ReLU", "Linear", "Linear", "ReLU", "Output"])
    expect(pick(studio, 3)).to_be_focused()
    expect(studio.locator(".stack .live")).to_have_text("Linear is now layer 4 of 6.")
    rows(studio).nth(3).get_by_role("button", name="Move up").click()
    expect_layers(studio, ["Flatten", "ReLU", "Linear", "Linear", "ReLU", "Output"])
    expect(rows(studio).nth(2)).to_have_class(re.compile("selected"))


def test_operations_in_quick_succession_are_all_carried_out(studio: Page) -> None:
    pick(studio, 1).click()
    for _ in range(8):
        studio.keyboard.press("Control+d")
    expect(rows(studio)).to_have_count(14)
    expect(studio.locator(".row.open")).to_have_count(0)
    for _ in range(8):
        studio.keyboard.press("Control+z")
    expect_layers(studio, MLP)


def test_removing_and_undoing_by_keyboard_and_by_button(studio: Page) -> None:
    pick(studio, 2).click()
    studio.keyboard.press("Delete")
    expect_layers(studio, ["Flatten", "Linear", "Linear", "ReLU", "Output"])
    expect(pick(studio, 2)).to_be_focused()
    studio.keyboard.press("Control+z")
    expect_layers(studio, MLP)
    studio.keyboard.press("Control+Shift+z")
    expect_layers(studio, ["Flatten", "Linear", "Linear", "ReLU", "Output"])
    studio.get_by_role("button", name="Undo").click()
    expect_layers(studio, MLP)
    expect(studio.get_by_role("button", name="Undo")).to_be_disabled()


def test_the_output_can_be_chosen_but_not_removed_or_moved(studio: Page) -> None:
    pick(studio, 5).click()
    expect(rows(studio).nth(5).locator(".actions button:visible")).to_have_count(0)
    for key in ("Delete", "Alt+ArrowUp", "Control+d"):
        studio.keyboard.press(key)
    expect_layers(studio, MLP)


def test_a_mistake_turns_its_row_red_and_one_click_repairs_it(studio: Page) -> None:
    pick(studio, 0).click()
    studio.keyboard.press("Delete")
    expect(rows(studio).nth(0)).to_have_class(re.compile("wrong"))
    expect(rows(studio).nth(0).locator(".message")).to_contain_text("expects a flat vector but receives an image")
    expect(studio.locator(".row.unreached")).to_have_count(4)
    expect(train(studio)).to_be_disabled()
    studio.get_by_role("button", name="Insert Flatten", exact=True).click()
    expect_layers(studio, MLP)
    expect(train(studio)).to_be_enabled()


def test_a_row_stays_the_same_element_when_others_change(studio: Page) -> None:
    """Nothing flickers: what did not change is not drawn anew."""
    pick(studio, 1).click()
    rows(studio).nth(5).evaluate("row => { row.dataset.mark = 'kept'; }")
    add(studio, "dropout")
    expect_layers(studio, ["Flatten", "Linear", "Dropout", *MLP[2:]])
    assert rows(studio).nth(6).evaluate("row => row.dataset.mark") == "kept"


def test_arrows_walk_through_the_rows_and_the_form_follows(studio: Page) -> None:
    pick(studio, 1).click()
    studio.keyboard.press("ArrowDown")
    studio.keyboard.press("ArrowDown")
    expect(pick(studio, 3)).to_be_focused()
    expect(studio.get_by_role("spinbutton", name="out_features")).to_have_value("64")


def test_until_the_settings_of_the_picked_layer_are_there_those_of_another_cannot_be_clicked(
    visitor: Callable[..., Page],
) -> None:
    held: list[Callable[[], None]] = []

    def come(context: BrowserContext) -> None:
        context.route_web_socket(re.compile("_stcore/stream"), stand)

    def stand(page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        page.on_message(lambda message: held.append(lambda: server.send(message)) if slow else server.send(message))

    slow = False
    page = visitor(prepare=come)
    pick(page, 1).click()
    field = page.get_by_role("spinbutton", name="out_features")
    expect(field).to_have_value("128")
    settled(page)
    slow = True
    pick(page, 3).click()
    expect(rows(page).nth(3)).to_have_class(re.compile("selected"))
    expect(field).to_have_value("128")  # still the other one's
    with pytest.raises(PlaywrightTimeout):
        field.click(timeout=500)
    slow = False
    for send in held:
        send()
    expect(field).to_have_value("64")
    field.click()


def test_the_draft_is_there_after_a_reload_and_in_a_second_tab(studio: Page, visitor: Callable[..., Page]) -> None:
    pick(studio, 1).click()
    add(studio, "dropout")
    expect_layers(studio, ["Flatten", "Linear", "Dropout", *MLP[2:]])
    studio.reload()
    expect_layers(studio, ["Flatten", "Linear", "Dropout", *MLP[2:]])
    expect_layers(visitor(context=studio.context), ["Flatten", "Linear", "Dropout", *MLP[2:]])
    stranger = visitor()
    expect_layers(stranger, MLP)


def test_on_a_phone_a_row_moves_by_its_buttons(visitor: Callable[..., Page]) -> None:
    page = visitor(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    rows(page).nth(1).tap()
    rows(page).nth(1).get_by_role("button", name="Move down").tap()
    expect_layers(page, ["Flatten", "ReLU", "Linear", "Linear", "ReLU", "Output"])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_block_is_filled_and_a_row_dragged_out_of_it(studio: Page) -> None:
    pick(studio, 2).click()
    add(studio, "residual")
    expect(rows(studio).nth(3)).to_have_class(re.compile("wrong"))
    for layer in ("linear", "tanh"):
        studio.get_by_role("button", name="+ Add inside").click()
        studio.get_by_label("Search layers").fill(layer)
        studio.keyboard.press("Enter")
    inside = ["Flatten", "Linear", "ReLU", "Residual", "Linear", "Tanh", *MLP[3:]]
    expect_layers(studio, inside)
    expect(rows(studio).nth(4)).to_have_css("--depth", "1")
    expect(studio.locator(".row.wrong")).to_have_count(0)
    settled(studio)  # else the settings of the layer before may still be drawn where those of the picked one will be
    pick(studio, 4).click()
    studio.get_by_role("spinbutton", name="out_features").fill("128")
    studio.get_by_role("spinbutton", name="out_features").press("Enter")
    expect(rows(studio).nth(4).locator(".main")).to_have_text("128")
    pick(studio, 5).click()
    studio.keyboard.press("Alt+ArrowDown")  # past the end of the block's stack, and out
    studio.keyboard.press("Alt+ArrowDown")
    expect_layers(studio, ["Flatten", "Linear", "ReLU", "Residual", "Linear", "Linear", "Tanh", "ReLU", "Output"])
    expect(pick(studio, 6)).to_be_focused()
    drag(studio, 6, 4)
    expect(rows(studio).nth(6)).to_have_css("--depth", "1")  # it shows where it would land
    studio.mouse.up()
    expect_layers(studio, ["Flatten", "Linear", "ReLU", "Residual", "Tanh", "Linear", *MLP[3:]])
    studio.keyboard.press("Alt+ArrowDown")
    expect_layers(studio, inside)


def test_branches_grow_by_finger_on_a_phone_and_a_whole_block_is_moved(visitor: Callable[..., Page]) -> None:
    page = visitor(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    rows(page).nth(1).tap()
    add(page, "branches")
    for button, layer in (
        ("+ Add to branch 1", "relu"),  # it begins with one branch, and nothing is wrong with it
        ("+ Add a branch", None),
        ("+ Add to branch 2", "tanh"),
    ):
        page.get_by_role("button", name=button).tap()
        if layer:
            page.get_by_label("Search layers").fill(layer)
            page.keyboard.press("Enter")
    expect_layers(page, ["Flatten", "Linear", "Branches", "ReLU", "Tanh", *MLP[2:]])
    expect(rows(page).nth(2).locator(".shapes")).to_have_text("128 → 256")
    rows(page).nth(2).locator(".line").tap()
    rows(page).nth(2).get_by_role("button", name="Move down").tap()
    expect_layers(page, ["Flatten", "Linear", "ReLU", "Branches", "ReLU", "Tanh", *MLP[3:]])
    page.get_by_role("button", name="Take this branch out").first.tap()
    expect_layers(page, ["Flatten", "Linear", "ReLU", "Branches", "Tanh", *MLP[3:]])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
