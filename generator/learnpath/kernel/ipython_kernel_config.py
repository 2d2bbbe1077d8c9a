"""How the kernel of a snippet starts. Read by IPython, in the process of the kernel; nothing here is imported."""

c = get_config()  # type: ignore[name-defined]  # noqa: F821  # IPython puts it there

c.HistoryManager.enabled = False
c.IPKernelApp.log_level = (
    40  # errors: it warns of its own way to talk, which never leaves this machine
)
c.InteractiveShell.colors = "nocolor"
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
c.InlineBackend.rc = {
    "figure.figsize": (7, 4),
    "svg.fonttype": "none",  # words stay words: a fifth of the size, and the reader's own fonts
    "svg.hashsalt": "learnpath",  # the same names in each run
}
c.IPKernelApp.exec_lines = [
    """
def _prepare():
    import json, os, sys, warnings

    warnings.resetwarnings()
    warnings.filterwarnings("ignore", category=ImportWarning)
    warnings.filterwarnings("error", message="(?is).*deprecat")
    warnings.filterwarnings("error", category=FutureWarning)
    warnings.filterwarnings("error", category=DeprecationWarning, module="__main__")
    for machinery in ("IPython", "ipykernel", "jupyter_client", "matplotlib_inline", "traitlets"):
        warnings.filterwarnings("ignore", module=f".*{machinery}")
    for declared in json.loads(os.environ.get("LEARNPATH_WARNS", "[]")):
        warnings.filterwarnings("always", message=f"(?s).*{declared}")

    def show(message, category, *args, **kwargs):
        print(f"{category.__name__}: {message}", file=sys.stderr)

    warnings.showwarning = show
    memory = int(os.environ.get("LEARNPATH_MEMORY", "0"))
    if memory:
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


_prepare()
del _prepare
""",
]
