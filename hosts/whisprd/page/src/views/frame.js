// The room that a picture or a video takes in the log, reserved before anything of it is loaded.

const most = { width: 340, height: 360 };
const least = { width: 130, height: 90 };
const unknown = { width: 260, height: 195 };

// The size in which something of this size is shown, in CSS pixels. What is very wide or very high
// is cropped to the frame.
export function frameSize({ width, height }) {
    if (!width || !height) return unknown;
    const scale = Math.min(most.width / width, most.height / height, 1);
    return {
        width: Math.round(Math.max(least.width, width * scale)),
        height: Math.round(Math.max(least.height, height * scale)),
    };
}

// The width is given and the ratio, so that on a narrow screen the height follows.
export function reserve(element, file) {
    const { width, height } = frameSize(file);
    element.style.width = `${width}px`;
    element.style.aspectRatio = `${width} / ${height}`;
}
