"""Every key of the session state, in one place: two pages cannot mean different things by the same one."""

from __future__ import annotations

from dlcore.i18n import current_language

VIEWER = "viewer"  # who has opened this session: pages/components/shared/visitor.py
SESSION_COOKIE = "session_cookie"  # by which a student or teacher signed in, as this session was opened
DRAFT = "draft"  # the experiment being edited: pages/components/shared/draft.py
RUN = "run"  # id of the run that the Studio shows
LANGUAGE = "language"  # code of the language of this session
STACK_SEEN = "stack_seen"  # the newest operation of the layer stack that was carried out
MESSAGE = "message"  # (kind, Text) to show once, at the place where it came up
PRESSED = "pressed"  # when Train was pressed, until that is answered
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
ASSIGNMENT = "assignment"  # the task under way: a link's, or class:<id>; also kept for its owner
CLASS_TASKS = "class_tasks"  # the tasks of one's class, and the buttons that begin them
TASKS_OVER = "tasks_over"  # those of which nothing can be handed in any more
HAND_IN = "hand_in"
HAND_IN_RUN = "hand_in_run"  # which run
GIVE_TASK = "give_task"  # the form in which a teacher gives a class a task
TASK_RESULTS = "task_results"  # what a class has handed in, and what its teacher can do about it
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
COMPARED_TABLE = "compared_table"
COMPARED_OPEN = "compared_open"
COMPARED_FILTER = "compared_filter"  # which rows of that table are shown
COMPARED_CLEAR = "compared_clear"
COMPARED_CSV = "compared_csv"
COMPARED_LINES = "compared_lines"
COMPARISON = "comparison"
TWINS_OF = "twins_of"  # id of the run to make twins of
TRAIN_TWINS = "train_twins"
FOLDS = "folds"
TRAIN_FOLDS = "train_folds"
TRAIN_FOLDS_HERE = "train_folds_here"  # the same in the Studio
FOLDS_OF = "folds_of"  # (experiment, its split as plain data): how the folds of an experiment are made

STUDY = "study"  # what is on the page of a study, each with its panel behind it
STUDY_OF_NEXT = "study_of_next"  # id of the run that is to be studied: a button on another page said so
STUDY_RUN_HERE = "study_run_here"  # the button that says it
STUDY_KIND = "study_kind"  # what is compared
STUDY_SETTINGS = "study_settings"  # by the form and the declaration, what was chosen of its settings
STUDY_SEEDS = "study_seeds"
STUDY_BEGIN = "study_begin"
OVERFIT = "overfit"  # the card with the one button: the prefix of its keys
LABEL_NOISE = "study_label_noise"
STUDY_STOP = "study_stop"
STUDY_RESUME = "study_resume"
STUDY_DELETE = "study_delete"
STUDY_VARIES = "varies"  # what is another with each seed
STUDY_MODEL = "study_model"  # which model is looked at beside the network
STUDY_BEST = "study_best"  # the button that opens the best trial of a search
STUDY_RUN = "study_run"  # id of the run of a study that is to be opened

CLASS = "class"  # id of the class that its teacher looks at
CLASS_SECTION = "class_section"
CLASS_NAME = "class_name"  # of the class to be made
CLASS_MAKE = "class_make"
CLASS_PROBLEM = "class_problem"  # why it was not made
CLASS_CHANGE = "class_change"  # the name, the code and the end of a class: the forms begin so
CLASS_ROSTER = "class_roster"  # the table of students, and what is done with the chosen one
CLASS_WORD = "class_word"  # (name of a viewer, the word that was made for them): shown until another is chosen
CLASS_FILE = "class_file"  # a roster as CSV
CLASS_ADDED = "class_added"  # (id of the class, who was added with which word): told this once
CLASS_FILE_PROBLEM = "class_file_problem"  # why nobody was added
CLASS_QUOTAS = "class_quotas"  # the form of limits
ACCOUNT = "account"  # who is signed in, and the way out

DATA_CHOICE = "data_choice"  # upload:<id> -> the history of what was chosen of it: components/data/upload_options.py
DATA_FILES = "data_files"  # the uploader of the page Data
DATA_PROBLEM = "data_problem"  # why the last file was refused
DATA_SENT = "data_sent"  # (upload id, Kept): the last text file that was brought, to be read otherwise
DATA_VIEW = "data_view"  # which look at a table is open

CLASS_BOARD = "class_board"  # the students of a class, a card each
CLASS_STANDING = "class_standing"  # of which of them the cards are shown
CLASS_CSV = "class_csv"
CLASS_LESSONS_CSV = "class_lessons_csv"
CLASS_ASKED = "class_asked"  # the lesson that a class works on
CLASS_RUN = "class_run"  # the run that is open
CLASS_CLOSE = "class_close"
CLASS_STOP = "class_stop"
CLASS_OWN_RUN = "class_own_run"
CLASS_SHOW = "class_show"  # the button that shows a run to the class
CLASS_SHOW_END = "class_show_end"
CLASS_SHOWN = "class_shown"  # the button that opens what is shown
FOLLOW = "follow"  # the button that goes to what the teacher shows
FOLLOW_LEAVE = "follow_leave"
FOLLOW_LEFT = "follow_left"  # since when that was shown which this session has left
FOLLOW_FROM = "follow_from"  # (path, query) of the page from which it came there
FOLLOW_LISTENER = "follow_listener"
FOLLOWED = "followed"  # the view of what is shown

OPERATOR = "operator"  # whether the operator's token was shown
OPERATOR_FORM = "operator_form"
OPERATOR_TOKEN = "operator_token"
OPERATE = "operate"  # the buttons beside each run on the operator's page

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
