"""The words of the live view, in the reader's language: its JavaScript holds none."""

from __future__ import annotations

from dlcore.i18n import N_, translate

STATES = {
    "queued": N_("Waiting"),
    "running": N_("Training"),
    "download": N_("Downloading"),
    "paused": N_("Paused"),
    "finished": N_("Finished"),
    "stopped": N_("Stopped"),
    "failed": N_("Failed"),
    "gone": N_("Deleted"),
    "stop": N_("Stopping …"),
    "pause": N_("Pausing …"),
    "kill": N_("Being ended …"),
}

TABS = {
    "pace": N_("Gradient and step size"),
    "step": N_("One step"),
    "log": N_("Log"),
}  # those of probes say themselves what they are

SPEEDS = {"slow": N_("slow"), "normal": N_("normal"), "fast": N_("fast")}
CONFUSION_MODES = {"counts": N_("counts"), "shares": N_("share of the row")}
WHY_METHODS = {
    "integrated_gradients": N_("integrated gradients"),
    "saliency": N_("saliency"),
    "occlusion": N_("occlusion"),
}
WHY_HEADS = (N_("feature"), N_("value"), N_("against · for"), N_("counted"))
LANDSCAPE_MODES = {"random": N_("random directions"), "path": N_("way of training")}
SAMPLE_CHOICES = {"pinned": N_("some of each class"), "loss": N_("highest loss"), "wrong": N_("surest mistakes")}

# What a layer gives for an example: the forms of dlcore/analyses/passage.py.
FORMS = {
    "maps": N_("feature maps"),
    "clips": N_("feature maps, the middle picture"),
    "channels": N_("a row a channel"),
    "sequence": N_("a column a position"),
    "states": N_("hidden state, a column a step"),
    "attention": N_("attention, a picture a head"),
    "vector": N_("vector"),
}

# What plotly itself says, by its own words.
PLOTLY = (
    N_("Zoom"),
    N_("Pan"),
    N_("Reset axes"),
    N_("Download plot as a PNG"),
    N_("Double-click to zoom back out"),
    N_("Taking snapshot - this may take a few seconds"),
    N_("Snapshot succeeded"),
)
CLASS_HEADS = (N_("class"), N_("examples"), N_("recall"), N_("precision"), N_("F1"))
LABEL_HEADS = (N_("label"), N_("examples"), N_("recall"), N_("precision"), N_("F1"))

TEXTS = {
    "hold": N_("Pause"),
    "one_batch": N_("+1 batch"),
    "one_epoch": N_("+1 epoch"),
    "more_epochs": N_("+ epochs"),
    "epochs_more": N_("{count} epochs"),
    "how_many": N_("How many epochs + trains"),
    "fork": N_("Fork at epoch {epoch}"),
    "fork_help": N_(
        "Opens the Studio with the weights of this epoch, to go on from here with the same or other settings. The "
        "optimizer begins anew; this run stays as it is."
    ),
    "resume": N_("Resume"),
    "stop": N_("Stop"),
    "kill": N_("End its process"),
    "progress": N_("Share of all batches done"),
    "epoch_of": N_("Epoch {epoch} of {epochs}"),
    "speed": N_("{speed} samples/s"),
    "queued": N_("Waiting for a free place"),
    "downloading": N_("{share} of {size} downloaded; training begins when all of it is here"),
    "position": N_("Number {position} in the queue"),
    "left": N_("{time} left"),
    "trained": N_("{time} of training"),
    "under_a_second": N_("less than 1 s"),
    "seconds": N_("{seconds} s"),
    "minutes": N_("{minutes} min {seconds} s"),
    "hours": N_("{hours} h {minutes} min"),
    "best": N_("best epoch {epoch}: {value}"),
    "reconnecting": N_("The server does not answer. The run goes on; this view comes back by itself."),
    "deleted": N_("This run was deleted."),
    "log_scale": N_("log axis"),
    "close_up": N_("close-up"),
    "metric": N_("Metric shown"),
    "player": N_("The film of this run"),
    "epoch_shown": N_("Epoch shown"),
    "epoch_number": N_("epoch {epoch}"),
    "step_back": N_("One recorded epoch back"),
    "step_on": N_("One recorded epoch on"),
    "play": N_("Play the film of this run"),
    "pause_film": N_("Stop here"),
    "play_speed": N_("How fast the film is played"),
    "live": N_("Live"),
    "at_the_end": N_("At the end"),
    "best_is": N_("Best epoch: {epoch}"),
    "nearest_shown": N_("Epoch {epoch} was not recorded; the nearest that was is {nearest}."),
    "film_ended": N_("The film ends at epoch {epoch}. {reason}"),
    "coach_ask": N_("Ask the coach"),
    "coach_title": N_("What the coach says of this run"),
    "coach_nothing": N_("Nothing to say: no rule found anything."),
    "coach_caption": N_(
        "A rule speaks of training only with a bad outcome, over several epochs, and with this run's own numbers. "
        "Whether it is right shows the twin: the same experiment with this one change."
    ),
    "coach_error": N_("error"),
    "coach_warning": N_("warning"),
    "coach_remark": N_("remark"),
    "coach_try": N_("Try it as a twin"),
    "coach_twin": N_("Twin «{name}»: {state}"),
    "find_rate": N_("Find a learning rate"),
    "rate_clear": N_("Suggested: {lr}. The loss fell by {fall} on the way: a clear descent."),
    "rate_weak": N_("Perhaps {lr}: the loss fell by {fall} only, so this is a weak hint."),
    "rate_none": N_("No suggestion: at no rate did the loss fall by more than chance."),
    "adopt_rate": N_("Adopt {lr}"),
    "adopt_help": N_("Sets it in the Studio; for a run that trains, from its next batch on."),
    "look_closely": N_("Look at one step"),
    "check_gradients": N_("Check the gradients"),
    "check_help": N_("Each weight is moved a little both ways, and the loss measured: does autograd say the same?"),
    "step_title": N_("One step under the microscope: epoch {epoch}"),
    "step_caption": N_(
        "The first batch of an epoch through the network with the weights of this epoch, in train mode; then one step "
        "of the optimizer, whose memory begins anew. Red and blue: below and above zero."
    ),
    "step_loss": N_("Loss {loss}, learning rate {lr}"),
    "step_input": N_("batch"),
    "step_made": N_("forward"),
    "step_value": N_("weight"),
    "step_gradient": N_("gradient"),
    "step_change": N_("change"),
    "step_check": N_("by finite differences"),
    "step_agrees": N_("autograd agrees"),
    "step_differs": N_("autograd differs"),
    "step_range": N_("{low} … {high}"),
    "computing": N_("Being computed from the kept weights …"),
    "no_weights": N_("No weights were kept of this run's epochs (yet): nothing can be computed from them."),
    "layer": N_("Layer"),
    "cells": N_("Blue is above zero, orange below, red no finite number."),
    "cells_scale": N_("full colour at ±{high}"),
    "unfinite_weights": N_("Some of these weights are NaN or ∞."),
    "unfinite_values": N_("NaN or ∞ among them"),
    "filters_title": N_("Filters of layer {layer}: what it looks for, epoch {epoch}"),
    "filters_colours": N_(
        "Each filter's weights as a picture in red, green and blue: grey is zero, brighter above it, darker below."
    ),
    "filters_curves": N_("Each filter's weights as a curve; the thin line is zero, a gap no finite number."),
    "filters_scale": N_("The largest weight is {high}, after the epoch that is shown."),
    "filters_few": N_("The first {shown} of {count} filters."),
    "filters_channels": N_("Of each filter the first {shown} of {count} channels."),
    "filter_number": N_("filter {number}"),
    "channel_number": N_("channel {number}"),
    "unit_number": N_("unit {number}"),
    "head_number": N_("head {number}"),
    "looks_at": N_("head {head}: «{from}» looks at «{to}» with {share} of its attention"),
    "which_example": N_("Which example goes through the network"),
    "example_number": N_("example {number}"),
    "passage_title": N_("One example through the layers: what each makes of it, epoch {epoch}"),
    "passage_caption": N_(
        "What each layer gives for this example, dropout off, computed from the weights that were kept. Blue is above "
        "zero, orange below, red no finite number; the scale of a layer is the same at every epoch."
    ),
    "space_title": N_("Hidden space of layer {layer}: which examples lie together, epoch {epoch}"),
    "space_caption": N_(
        "What layer {layer} gives for {count} examples of the part that judges, along the two principal components of "
        "epoch {last}, which hold {first} and {second} of its variance. The axes are the same at every epoch."
    ),
    "space_unfinite": N_("For {count} of the examples the layer gives NaN or ∞: they are not drawn."),
    "component": N_("component {number} ({share})"),
    "computing_share": N_("Being computed from the kept weights: {share}"),
    "film_gone": N_(
        "This part of the film could not be fetched. The run may have been deleted; else look again later."
    ),
    "why_examples": N_("Examples to choose from"),
    "why_number": N_("Example"),
    "why_choice": N_("Example {number}: {name}"),
    "why_method": N_("How it is measured"),
    "why_target": N_("Whose score is explained"),
    "why_answered": N_("for the answer given"),
    "why_class": N_("for {name}"),
    "why_value": N_("the predicted value"),
    "why_randomize": N_("Randomize the weights"),
    "why_no_weights": N_("No weights were kept of this run's epochs: nothing can be computed from them."),
    "why_score": N_("the score before softmax or sigmoid"),
    "why_title_value": N_("What counted for the predicted value: epoch {epoch}"),
    "why_title": N_("What counted for «{target}»: epoch {epoch}"),
    "why_said": N_("Example {number}. True: {truth}. Answer: {answer}. Score of {target}: {score}."),
    "why_said_value": N_("Example {number}. True: {truth}. Predicted: {score}."),
    "why_for": N_("speaks for it"),
    "why_against": N_("speaks against it"),
    "why_input": N_("the example"),
    "why_map": N_("what counted"),
    "why_over": N_("what counted, over the example"),
    "why_words": N_("what each word counted"),
    "why_features": N_("what each feature counted"),
    "why_anew": N_("the same with random weights"),
    "why_more": N_("and {count} features that counted less"),
    "why_sum": N_(
        "The attributions add up to {total}; the score differs from the baseline's by {difference} ({score} against "
        "{baseline}), measured in {steps} steps."
    ),
    "why_alike": N_(
        "With random weights the map stays almost the same (rank correlation {correlation}): it shows the example more "
        "than what the network learned."
    ),
    "why_alike_partly": N_(
        "With random weights part of the map stays (rank correlation {correlation}): not all of it comes from what was "
        "learned."
    ),
    "why_alike_not": N_(
        "With random weights it is another map (rank correlation {correlation}): what it shows comes from what the "
        "network learned."
    ),
    "why_alike_unknown": N_(
        "The two maps cannot be compared: one of them is the same everywhere, or no finite number."
    ),
    "why_integrated_gradients": N_(
        "Integrated gradients (captum): the mean gradient of {score} on a straight way from the baseline to the "
        "example, times the way. {baseline}"
    ),
    "why_saliency": N_(
        "Saliency (captum): the gradient of {score} at the example: which small change would raise or lower it. "
        "Summed over channels, in the scaled units that the network sees."
    ),
    "why_saliency_words": N_(
        "Saliency (captum): how long the gradient of {score} is at the vector of each word: how strongly a small "
        "change of that vector would act, in whichever direction."
    ),
    "why_occlusion": N_("Occlusion (captum): by how much {score} falls when {covered}. {baseline}"),
    "why_covered_patch": N_("a patch of {window} pixels is covered, the mean over all patches on a place"),
    "why_covered_word": N_("the vector of a word is taken away"),
    "why_covered_feature": N_("a feature is put to the baseline"),
    "why_covered_steps": N_("a few steps are put to the baseline"),
    "why_baseline_black": N_("Baseline: a black image."),
    "why_baseline_mean": N_("Baseline: the mean of the training part."),
    "why_baseline_words": N_("Baseline: vectors of zeros in place of the words."),
    "landscape_mode": N_("Which directions are shown"),
    "landscape_start": N_("Compute the landscape"),
    "landscape_other": N_("Other directions"),
    "landscape_empty": N_(
        "Nothing has been computed yet. Here will be a map of the loss around the final weights: along two random "
        "directions, or in the plane in which the weights moved while they were trained."
    ),
    "landscape_said": N_(
        "Measured with {rows} training examples at {size} × {size} places. Loss of the final weights, epoch {epoch}: "
        "{loss}."
    ),
    "landscape_shares": N_(
        "Of all movement of the recorded weights {first} lies along the first direction, {second} along the second."
    ),
    "confusion_title": N_("Confusion matrix: what is mistaken for what (red)"),
    "confusion_caption": N_(
        "Rows: the true class. Columns: the answer. Measured after the epoch with dropout off. Press a cell to see its "
        "examples."
    ),
    "confusion_corner": N_("true ↓ · answer →"),
    "confusion_mode": N_("What the cells show"),
    "confusion_cell": N_("True {truth}, answered {answer}: {count} examples, {share} of the row"),
    "confused_pairs": N_("Confused most"),
    "confused_pair": N_("{truth} taken for {answer}: {count}"),
    "show_more": N_("Show more"),
    "which_samples": N_("Which examples are shown"),
    "samples_of": N_("{truth} answered as {answer}: {count}, epoch {epoch}"),
    "samples_right": N_("{truth} answered rightly: {count}, epoch {epoch}"),
    "samples_pinned": N_("The same examples at every epoch: epoch {epoch}"),
    "samples_loss": N_("Where the loss is highest: epoch {epoch}"),
    "samples_wrong": N_("Mistakes, the surest first: {count}, epoch {epoch}"),
    "samples_caption": N_(
        "Examples of the {part} part, as they were brought. Bars: the probabilities that the network gives, green for "
        "the true class."
    ),
    "pins": N_("Pinned examples"),
    "pin_this": N_("Pin this"),
    "pin_this_number": N_("Pin example {number}"),
    "pin_look": N_("Over the epochs"),
    "pin_look_number": N_("Show example {number} over the epochs"),
    "pin_done": N_("Example {number} is pinned: under Samples stands what was answered for it at every epoch."),
    "pin_looked": N_("Under Samples stands what was answered for example {number} at every epoch."),
    "pin_instead": N_("Pin instead: number"),
    "pin_part": N_("Of which part"),
    "pin_validation": N_("of the validation part"),
    "pin_train": N_("of the training part"),
    "pin_put": N_("Put it here"),
    "pins_again": N_("The first choice again"),
    "pin_refused": N_("The number must be a whole number from 1 to {most}, but {received} came."),
    "pin_at": N_("{example}: epoch {epoch}"),
    "pinned_validation": N_("Example {number} of the validation part"),
    "pinned_train": N_("Example {number} of the training part"),
    "pin_predicted": N_("predicted: {value}"),
    "try_heading": N_("What does the network say to an example of your own?"),
    "try_busy": N_("The network answers …"),
    "try_hint": N_("Draw, type or move something: what the network answers appears here while you do."),
    "try_answer": N_("What the network answers: epoch {epoch}."),
    "try_next": N_("What the network expects next: epoch {epoch}."),
    "try_kept": N_("Weights of epoch {shown} were not kept; these are the nearest."),
    "try_value": N_("predicted"),
    "try_sees": N_("What the network sees: {height} × {width} pixels."),
    "try_draw": N_("Draw here"),
    "try_draw_hint": N_("Draw with mouse, pen or finger; or bring a picture."),
    "try_clear": N_("Clear"),
    "try_picture": N_("A picture (PNG, JPEG, GIF, BMP, WebP)"),
    "try_invert": N_("Dark ink on light paper"),
    "try_large": N_("This picture is too large: at most {most} MB can be asked about."),
    "try_wide": N_("There are too many columns to type; on the page Runs a file of rows can be asked about."),
    "try_pick": N_("An example of the data:"),
    "try_example": N_("Example {number}"),
    "try_of_validation": N_("Number in the validation part, 1 to {count}"),
    "try_of_train": N_("Number in the training part, 1 to {count}"),
    "try_text": N_("Text"),
    "try_write": N_("Write something"),
    "try_continue": N_("Continue it"),
    "try_more": N_("How much more"),
    "try_more_help": N_("How many words or characters the network adds."),
    "try_temperature": N_("Temperature"),
    "try_temperature_help": N_(
        "At 0 it always takes the likeliest; at 1 it draws by its own probabilities; above that it dares more, and "
        "rambles."
    ),
    "try_top_k": N_("Top-k"),
    "try_top_k_help": N_("Draws only among so many likeliest; at 0 among all."),
    "try_seed": N_("Draw"),
    "try_seed_help": N_("Another number draws another continuation."),
    "try_nearest_title": N_("The nearest training examples"),
    "try_nearest": N_(
        "Those of {among} training examples for which layer {layer}, the last hidden one, gives the most similar "
        "numbers (Euclidean distance), epoch {epoch}."
    ),
    "try_nearest_inputs": N_(
        "Those of {among} training examples whose inputs are most similar (Euclidean distance, scaled): this network "
        "has no hidden layer."
    ),
    "try_distance": N_("distance {distance}"),
    "try_path_title": N_("Its way through the layers"),
    "part_validation": N_("validation"),
    "part_train": N_("training"),
    "true_class": N_("true: {name}"),
    "neurons_title": N_("Inside the network: what each neuron gives where"),
    "neurons_described": N_("Diagram of the network: a column for each layer, with the map of each neuron"),
    "neurons_caption": N_(
        "Each map shows the plane of the two inputs: blue where the neuron gives something positive, brown where "
        "negative, as strong as its own largest value allows; outputs before softmax or sigmoid. Lines are weights, by "
        "sign and size within their layer. Measured after the epoch on 32 × 32 points, with dropout off."
    ),
    "neuron_inputs": N_("Inputs"),
    "neuron_input": N_("Input {name}"),
    "neuron_output": N_("Output {name}"),
    "neuron_hidden": N_("Neuron {number} of hidden layer {layer}"),
    "neuron_number": N_("neuron {number}"),
    "neuron_map": N_("{name}: what it gives over the plane"),
    "neuron_gives": N_("Gives {low} to {high}."),
    "neuron_unfinite": N_("Not a finite number at {share} of the places (striped)."),
    "neuron_bias": N_("Bias: {bias}"),
    "neuron_weights": N_("Weights into it:"),
    "not_finite": N_("not finite"),
    "slice_across": N_("Across"),
    "slice_up": N_("Upwards"),
    "slice_row": N_("All others as in row"),
    "slice_held": N_("Held as in row {row} of the {part} part: {held}. Network of epoch {epoch}, dropout off."),
    "slice_held_more": N_(
        "Held as in row {row} of the {part} part: {held}, and {more} more columns. Network of epoch {epoch}, dropout "
        "off."
    ),
    "thinned": N_("Each faint point is the mean of {count} batches."),
    "announced": N_("Epoch {epoch} of {epochs}. {label}: {value}."),
    "epochs_table": N_("Scores of every epoch, the newest first"),
    "label_title": N_("Label by label"),
    "label_caption": N_(
        "Recall: share of the examples with this label that were found. Precision: share of the answers of this label "
        "that are right. F1: their harmonic mean. Examples of the part that judges, measured after an epoch with "
        "dropout off."
    ),
    "class_title": N_("Class by class"),
    "class_caption": N_(
        "Recall: share of its examples that were found. Precision: share of its answers that were right. F1: their "
        "harmonic mean."
    ),
    "epoch": N_("epoch"),
    "learning_rate": N_("learning rate"),
    "gradient_norm": N_("gradient norm"),
    "epoch_seconds": N_("seconds"),
    "scores": N_("Scores of the runs"),
    "stop_all": N_("Stop all"),
    "all_ended": N_("All runs have ended."),
    "mean_and_spread": N_("Mean ± standard deviation"),
    "folds_read": N_(
        "Over {count} folds: {mean} on validation, mean and standard deviation. The deviation says how much the score "
        "depends on which examples judge."
    ),
    "points": N_("{value} points"),
    "at_epoch": N_("{value} · epoch {epoch}"),
    "gap_of": N_("{run}: training {train}, validation {validation}. Training is ahead by {gap}: that is the gap."),
    "no_gap_of": N_("{run}: training {train}, validation {validation}. There is no gap."),
    "best_of": N_("Best on validation: {run}. Narrowest gap: {narrow}."),
    "dropout_nothing": N_("Neither the gaps nor the validation scores differ by more than chance."),
    "dropout_loss": N_("Lowest validation loss: {with} with dropout, {without} without."),
    "dropout_gap_same": N_("With and without dropout the gap is about the same."),
    "dropout_narrowed": N_("With dropout the gap is narrower by {amount}: less was learned by heart."),
    "dropout_widened": N_("With dropout the gap is wider by {amount}: there was little overfitting to hold back."),
    "dropout_helped": N_("Validation is better by {amount}: here dropout helped."),
    "dropout_hurt": N_(
        "Validation is worse by {amount}: here dropout cost more than it gave. A smaller p, more neurons or more "
        "epochs may turn that around."
    ),
    "dropout_same": N_("On validation the two are too close to tell apart."),
    "chance_margin": N_(
        "With {examples} validation examples, differences below about {margin} can be chance. Other seeds tell more."
    ),
    "log_RunStarted": N_(
        "Started on {device}, {threads} thread(s), torch {torch}: {parameters} parameters; {train} training, "
        "{validation} validation and {test} test examples; {batches} batches an epoch."
    ),
    "log_finished": N_("Finished after {epochs} epochs and {seconds}; the best was epoch {best_epoch}."),
    "log_early": N_(
        "Ended early after {epochs} epochs and {seconds}: validation had stopped getting better. "
        "The best was epoch {best_epoch}."
    ),
    "log_stopped": N_("Stopped after {epochs} epochs and {seconds}; the best was epoch {best_epoch}."),
    "log_diverged": N_("Ended after {epochs} epochs and {seconds}; the best was epoch {best_epoch}."),
    "log_Diverged": N_(
        "Epoch {epoch}, batch {step}: the loss is no longer a finite number: {reason}. "
        "The weights kept are those of epoch {kept_epoch}."
    ),
    "log_Changed": N_("Epoch {epoch}, after {step} batches: {changes}."),
    "log_RunFailed": N_("Failed: {error}"),
}


def texts() -> dict[str, object]:
    """All of them in the current language, by name."""
    return {
        **{name: translate(text) for name, text in TEXTS.items()},
        "plotly": {text: translate(text) for text in PLOTLY},
        "class_heads": [translate(text) for text in CLASS_HEADS],
        "label_heads": [translate(text) for text in LABEL_HEADS],
        "states": {name: translate(text) for name, text in STATES.items()},
        "tabs": {name: translate(text) for name, text in TABS.items()},
        "speeds": {name: translate(text) for name, text in SPEEDS.items()},
        "confusion_modes": {name: translate(text) for name, text in CONFUSION_MODES.items()},
        "forms": {name: translate(text) for name, text in FORMS.items()},
        "why_methods": {name: translate(text) for name, text in WHY_METHODS.items()},
        "why_heads": [translate(text) for text in WHY_HEADS],
        "landscape_modes": {name: translate(text) for name, text in LANDSCAPE_MODES.items()},
        "sample_choices": {name: translate(text) for name, text in SAMPLE_CHOICES.items()},
    }
