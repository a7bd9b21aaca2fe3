from matplotlib.figure import Figure
def draw_channels(explorer):
    return Figure()
