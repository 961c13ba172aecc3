"""Every key of the session state, in one place: two pages cannot mean different things by the same one."""

from __future__ import annotations

from dlcore.i18n import current_language

OWNER = "owner"  # whose runs and data sets this session sees: pages/components/shared/visitor.py
DRAFT = "draft"  # the experiment being edited: pages/components/shared/draft.py
RUN = "run"  # id of the run that the Studio shows
LANGUAGE = "language"  # code of the language of this session
STACK_SEEN = "stack_seen"  # the newest operation of the layer stack that was carried out
MESSAGE = "message"  # (kind, Text) to show once, at the place where it came up
SUBMITTED = "submitted"  # the press of Train that was already answered

LAYER_STACK = "layer_stack"
TRAIN = "train"
LIVE = "live"
COACH = "coach"  # what is said before training, and the buttons that change it
KNOBS = "knobs"  # what can be changed while a run trains
REVEAL = "reveal"
AUGMENTATION = "augmentation"  # the changes of pictures that are chosen
DATASET = "dataset"
GALLERY = "gallery"  # of starting points
GALLERY_OPEN = "gallery_open"  # whether it is shown
GALLERY_OPENED = "gallery_opened"  # name of the starting point that was just opened: said once
DIVISION = "division_way"  # how rows are divided
DIVISION_COLUMN = "division_column"
LOSS = "loss"
OPTIMIZER = "optimizer"
SCHEDULE = "schedule"
DEVICE = "device"
UPLOAD = "upload"
FETCH = "fetch"  # the button that downloads a data set
STAND_IN = "stand_in"  # the button that takes the data set that stands in for it
PROBLEM = "problem"  # (key of a widget, Text): why the value just given to it is not allowed
UPLOAD_PROBLEM = "upload_problem"  # why the last experiment file was refused

CODE = "code"  # the button that opens the code
CODE_BESIDE = "code_beside"  # model.py, beside the layers
CODE_BACK = "code_back"  # where a learner's own code is pasted
CODE_NETWORK = "code_network"  # which network of it is read, where it holds several
CODE_FILE = "code_file"
USE_CODE = "use_code"
CODE_WARNINGS = "code_warnings"  # layer id -> (layer, Text): what its code said that contradicts the data
CODE_STYLE = "code_style"  # a sequence, or a class
BEGIN_WITH = "begin_with"  # the first weights: a run and its epoch, or a file
SHARE = "share"  # the button, and the options of a teacher
SHARE_PROBLEM = "share_problem"  # why a link was not opened
ASSIGNMENT = "assignment"  # the link of the task under way; also kept for its owner
PREDICT = "predict"  # the answers of a run, example by example
ASK = "ask"  # a question of one's own to the network of a run
CONTINUE = "continue"  # the buttons that go on with a run
RUNS_TABLE = "runs_table"  # the rows chosen on the page Runs
RUNS_CSV = "runs_csv"  # the same as a file
RUN_NAME = "run_name"
FIRST_RUN = "first_run"
BRING_BACK = "bring_back"  # a file that holds an experiment, or a bundle
OPEN_RUN = "open_run"
TAKE_AWAY = "take_away"  # which epoch, and the buttons that prepare a file
COMPARE_RUNS = "compare_runs"
DELETE_RUNS = "delete_runs"
CONFIRM_DELETION = "confirm_deletion"

COMPARED = "compared"  # ids of the runs on the page Compare
COMPARED_NEXT = "compared_next"  # the same, asked for by a button
COMPARED_SEEN = "compared_seen"  # the same, as the address said it last
COMPARE_NEWEST = "compare_newest"
COMPARISON = "comparison"
TWINS_OF = "twins_of"  # id of the run to make twins of
TRAIN_TWINS = "train_twins"
FOLDS = "folds"
TRAIN_FOLDS = "train_folds"
TRAIN_FOLDS_HERE = "train_folds_here"  # the same in the Studio
FOLDS_OF = "folds_of"  # (experiment, its split as plain data): how the folds of an experiment are made

DATA_CHOICE = "data_choice"  # upload:<id> -> the history of what was chosen of it: components/data/upload_options.py
DATA_FILES = "data_files"  # the uploader of the page Data
DATA_PROBLEM = "data_problem"  # why the last file was refused
DATA_SENT = "data_sent"  # (upload id, Kept): the last text file that was brought, to be read otherwise
DATA_VIEW = "data_view"  # which look at a table is open

GLOSSARY = "glossary"  # the index with a card beside it
GLOSSARY_VIEW = "glossary_view"  # terms, map or flash cards
GLOSSARY_SEARCH = "glossary_search"
GLOSSARY_FILTER = "glossary_filter"  # categories and levels
GLOSSARY_CARD = "glossary_card"  # the card of the term that the address names
GLOSSARY_QUESTION = "glossary_question"
GLOSSARY_OPEN = "glossary_open"  # the button that opens a starting point
FLASH_CARDS = "flash_cards"  # the learner's deck: dlcore/lessons/glossary/flash_cards.py
FLASH_CARD = "flash_card"  # the uppermost card
FLASH_CARD_SHOWN = "flash_card_shown"  # name of the term whose card was turned
FLASH_CARD_FRONT = "flash_card_front"
FLASH_CARD_FILTER = "flash_card_filter"
FLASH_CARD_BEGIN = "flash_card_begin"
FLASH_CARD_SHOW = "flash_card_show"
FLASH_CARD_KNOWN = "flash_card_known"
FLASH_CARD_MISSED = "flash_card_missed"
FLASH_CARD_END = "flash_card_end"


def in_language(key: str) -> str:
    """The key of a widget whose choices are translated: a browser keeps the words that it showed, not their meaning."""
    code = current_language()
    return key if code == "en" else f"{key}.{code}"


def setting(owner: str, name: str) -> str:
    """The key of the widget that edits one setting of `owner`: a layer's id, `optimizer.Adam`, …"""
    return f"setting.{owner}.{name}"
