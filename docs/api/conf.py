# SPDX-License-Identifier: GPL-2.0
#
# For Sphinx: how the reference of the interfaces is written; see "html".

project = "vKernel"
author = "The vKernel developers"
copyright = author

# What kernel-doc writes is of the C domain, which Sphinx has in itself.
extensions = []
primary_domain = "c"
highlight_language = "c"

# Nothing is fetched, neither to write the pages nor to read them.
html_theme = "alabaster"
html_theme_options = {
    "description": "Interfaces for other modules",
    "fixed_sidebar": True,
    "page_width": "1100px",
}
html_title = "vKernel: interfaces for other modules"
html_copy_source = False
html_show_sourcelink = False
