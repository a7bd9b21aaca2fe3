"""Sphinx's settings for the site; build_site.py hands over what depends on the course."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import formulas
from pygments.formatters import HtmlFormatter
from pygments.styles import get_style_by_name
from pygments.token import Text
from sphinx.highlighting import PygmentsBridge

project = "ConvLab"
author = "the ConvLab authors"
project_copyright = "the ConvLab authors; text CC BY 4.0, code MIT"
version = release = os.environ.get("CONVLAB_SITE_VERSION", "")
language = "en"
smartquotes_action = "D"  # dashes alone: "same" in quotes is a word of the code
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_dmath_double_inline = True
exclude_patterns = []

html_theme = "furo"
html_title = "ConvLab"
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_theme_options = {"top_of_page_buttons": [], "footer_icons": []}
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # it fetches pages, which a browser refuses for files in a folder
html_use_index = False
html_domain_indices = False
html_permalinks_icon = "#"
html_math_renderer = "later"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

autodoc_typehints = "none"  # the docstrings say what is taken and returned
autodoc_member_order = "bysource"
napoleon_numpy_docstring = False
napoleon_use_rtype = False
add_module_names = False
default_role = "py:obj"
toc_object_entries = False
python_maximum_signature_line_length = 88


class Light(HtmlFormatter):
    """Mark only those pieces of code that look different: names and brackets do not, and are half of all pieces."""

    styles = (get_style_by_name(pygments_style), get_style_by_name(pygments_dark_style))

    def format_unencoded(self, tokensource, outfile):
        """Write pieces of code as HTML."""
        super().format_unencoded(((self._seen(kind), text) for kind, text in tokensource), outfile)

    def _seen(self, kind):
        plain = all(style.style_for_token(kind) == style.style_for_token(Text) for style in self.styles)
        return Text if plain else kind


PygmentsBridge.html_formatter = Light


def setup(app):
    """Leave formulas in the pages as they are: formulas.py turns them into HTML, all at once."""

    def later(block):
        def visit(writer, node):
            writer.body.append(formulas.wait(node.astext(), block))
            raise nodes.SkipNode

        return visit

    from docutils import nodes

    app.add_html_math_renderer("later", (later(False), None), (later(True), None))
