"""The headings of notebook 05 that its exercises point to: what to read again."""

POOLING = "1 · Pooling: one number for each window"
TRIPS = "3 · More: `ceil_mode` and `count_include_pad`"
LARGER = "6 · Making a map larger"
CORNERS = "What `align_corners` means"
TRANSPOSED_STORY = "7 · Transposed convolution: an upsampling that learns"
EXTRA = "The size, and why there is `output_padding`"
BACKWARD_PASS = "9 · More: the backward pass, by hand"
