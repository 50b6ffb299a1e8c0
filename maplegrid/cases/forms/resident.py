"""What the resident's pages ask for after the first message. Sentences say what to do."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONG = _("写得太长了，请分两次说")
UNREADABLE = _("有认不出的字符，请改一下再发")


class WordsField(forms.CharField):
    """Somebody's own words: as they are, without blanks around them."""

    default_error_messages = {"null_characters_not_allowed": UNREADABLE}

    def __init__(self, max_length: int) -> None:
        super().__init__(required=False, max_length=max_length, error_messages={"max_length": LONG})


class FindForm(forms.Form):
    """Number and code. Every fault of either gets the same sentence, so there are no messages of their own."""

    number = forms.CharField(max_length=40)
    code = forms.CharField(max_length=40)


class WordsForm(forms.Form):
    """More words, a reason, an answer."""

    text = WordsField(2000)


class ReasonForm(forms.Form):
    """Why withdrawn, what is not solved."""

    text = WordsField(500)


class AnswerForm(WordsForm):
    """An answer to one question."""

    question = forms.IntegerField(
        error_messages={"required": _("没有找到这个问题"), "invalid": _("没有找到这个问题")}
    )


class RateForm(ReasonForm):
    """Solved or not; how satisfied from 1 to 5, if they like."""

    solved = forms.ChoiceField(
        choices=[("yes", "yes"), ("no", "no")],
        error_messages={
            "required": _("请点“解决了”或者“还没有”"),
            "invalid_choice": _("请点“解决了”或者“还没有”"),
        },
    )
    satisfied = forms.ChoiceField(
        required=False,
        choices=[(str(n), str(n)) for n in range(1, 6)],
        error_messages={"invalid_choice": _("满意程度请从 1 到 5 里选")},
    )

    def answer(self) -> dict[str, Any]:
        """The rating as `actions.resident.rate` takes it."""
        data = self.cleaned_data
        satisfied = int(data["satisfied"]) if data["satisfied"] else None
        return {"solved": data["solved"] == "yes", "satisfied": satisfied, "words": data["text"]}


def first_error(form: forms.Form) -> str:
    """The sentence to show; one at a time is enough on a phone."""
    return next((str(errors[0]) for errors in form.errors.values()), "")
