// The contrast of lines of text in a picture. The commonest colour of a line is its ground, and its
// letters are what stands out most from it; a few pixels may be a neighbour's edge.
async ({ png, lines, scale }) => {
  const file = await (await fetch(`data:image/png;base64,${png}`)).blob();
  const picture = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  drawn.drawImage(picture, 0, 0);
  // WCAG 2.2, relative luminance and contrast ratio.
  const linear = (value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => {
    const [red, green, blue] = [colour >> 16, (colour >> 8) & 255, colour & 255].map(linear);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  return lines.map(({ box }) => {
    const { data } = drawn.getImageData(...box.map((length) => Math.round(length * scale)));
    const counts = new Map();
    for (let at = 0; at < data.length; at += 4) {
      const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    const common = [...counts].filter(([, count]) => count >= 8);
    const [[ground]] = common.sort((one, other) => other[1] - one[1]);
    const behind = luminance(ground);
    return Math.max(...common.map(([colour]) => contrast(luminance(colour), behind)));
  });
};
