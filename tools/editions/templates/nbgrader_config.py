"""nbgrader's settings for ConvLab. In this folder: nbgrader generate_assignment 02_padding_and_stride."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "convlab"

# What a learner sees in the place of a solution. The placeholder above it runs, so the whole notebook does.
c.ClearSolutions.code_stub = {"python": "# Put your answer in the place of the dots above, then run the check below."}

# Seconds for one cell: notebook 06 trains networks.
c.Execute.timeout = 600
