"""The page of `waste open`, a marimo notebook: `flows.asking` asks, this only shows."""

import marimo

app = marimo.App(width="full", app_title="waste-reports")


@app.cell
def _():
    from datetime import UTC
    from pathlib import Path

    import marimo as mo

    from flows.asking import Bounds, typed_answer
    from flows.clock import BANGKOK
    from flows.errors import UsageError
    from flows.export import content_of
    from flows.query import ask
    from flows.sql_files import questions
    from flows.warehouse import Store

    arguments = mo.cli_args()
    store = Store(Path(str(arguments.get("data") or "data")))
    bounds = Bounds(float(str(arguments.get("seconds") or 60)), int(str(arguments.get("memory-mb") or 1_000)))
    saved = questions()
    return BANGKOK, UTC, UsageError, ask, bounds, content_of, mo, saved, store, typed_answer


@app.cell
def _(mo, saved):
    own = "SQL"
    titles = {f"{each.title_th} · {each.title_en}": name for name, each in saved.items()}
    chosen = mo.ui.dropdown({"SQL ของตนเอง · SQL of one's own": own} | titles, value=next(iter(titles)), label="คำถาม · Question")
    mo.vstack([mo.md("# คลังข้อมูลกากอุตสาหกรรม · Industrial waste warehouse"), chosen])
    return chosen, own


@app.cell
def _(chosen, mo, own, saved):
    if chosen.value == own:
        fields = {"sql": mo.ui.text_area(value="FROM summary.national", rows=8, full_width=True, label="SQL")}
    else:
        meanings = saved[chosen.value].parameters
        fields = {name: mo.ui.text(label=f"{name}: {meaning}", full_width=True) for name, meaning in meanings.items()}
    form = mo.md("\n\n".join(f"{{{name}}}" for name in fields)).batch(**fields).form(submit_button_label="ถาม · Ask")
    form
    return (form,)


@app.cell
def _(UsageError, bounds, chosen, form, mo, own, saved, store, typed_answer):
    mo.stop(form.value is None)
    try:
        if chosen.value == own:
            answer = typed_answer(store, "open", form.value["sql"], bounds)
        else:
            given = {name: value.strip() for name, value in form.value.items() if value.strip()}
            answer = typed_answer(store, "open", saved[chosen.value].body, bounds, given, chosen.value)
        refused = ""
    except UsageError as error:
        answer, refused = None, str(error)
    mo.stop(answer is None, mo.callout(mo.plain_text(refused), kind="danger"))
    return (answer,)


@app.cell
def _(BANGKOK, UTC, answer, ask, content_of, mo, store):
    # Files are ours, not the table's own: nothing in them becomes a formula.
    files = [
        mo.download(lambda suffix=suffix: content_of(answer, suffix), filename=f"answer{suffix}", label=suffix[1:].upper())
        for suffix in (".xlsx", ".csv", ".parquet", ".json")
    ]
    night, finished_at = ask(
        store.published, "SELECT night, finished_at FROM audit.night WHERE outcome = 'published' ORDER BY night DESC LIMIT 1"
    ).rows[0]
    at = finished_at.replace(tzinfo=UTC).astimezone(BANGKOK)
    mo.vstack(
        [
            mo.plain_text(f"{answer.num_rows:,} แถว · rows; คืนวันที่ · night {night}, {at:%Y-%m-%d %H:%M}"),
            mo.ui.table(answer, selection=None, show_download=False, page_size=25),
            mo.hstack(files, justify="start"),
        ]
    )
    return ()


if __name__ == "__main__":
    app.run()
