"""The headings of notebook 05 that its exercises point to: what to read again."""

POOLING = "1 · Pooling: one number for each window"
TRIPS = "3 · Where people trip: `ceil_mode` and `count_include_pad`"
LARGER = "5 · Making a map larger"
CORNERS = "What `align_corners` means"
TRANSPOSED_STORY = "6 · Transposed convolution: an upsampling that learns"
EXTRA = "The size, and why there is `output_padding`"
BACKWARD_PASS = "7 · The backward pass, by hand"
