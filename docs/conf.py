"""How Sphinx builds the site: ``make docs``. Nothing is loaded from the network."""

import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "_ext"))

import mmensemble  # noqa: E402

project = "mmensemble"
author = "The mmensemble developers"
project_copyright = "The mmensemble developers, BSD-3-Clause"
version = release = mmensemble.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_parser",
    "sphinx_gallery.gen_gallery",
    "matplotlib.sphinxext.plot_directive",
    "api_pages",
    "written_parts",
]
exclude_patterns = ["_ext", "_build", "gallery/backreferences"]
default_role = "literal"
nitpicky = True
# Pages of other libraries are not at hand offline: their names are set as code.
nitpick_ignore_regex = [
    (
        "py:.*",
        r"(sklearn|numpy|pandas|scipy|joblib|polars|matplotlib|skops|dask|ray|onnx)\..*",
    ),
    ("py:obj", "classes_|n_features_in_"),  # GridSearchCV's own, of FusionSearchCV
]
language = "en"

# The members of a class are named by api_pages, page by page.
autosummary_generate = False
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"plot_",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "doc_module": ("mmensemble",),
    "backreferences_dir": "gallery/backreferences",
    "reference_url": {"mmensemble": None},
    "show_signature": False,
    "show_memory": False,
    "write_computation_times": False,  # their page loads scripts from elsewhere
    "parallel": 2,
}

plot_formats = ["svg"]
plot_include_source = False
plot_html_show_formats = False
plot_html_show_source_link = False

html_theme = "pydata_sphinx_theme"
html_title = "mmensemble"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
toc_object_entries_show_parents = "hide"
alone = ["glossary", "benchmarks", "whats_new", "contributing"]
html_sidebars = {page: [] for page in alone}
html_theme_options = {
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
}
