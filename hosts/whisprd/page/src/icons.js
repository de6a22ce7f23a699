// The page's own icons: strokes on a 24 unit grid, coloured by the text around them.

const namespace = 'http://www.w3.org/2000/svg';

const paths = {
    add: ['M12 5v14', 'M5 12h14'],
    back: ['M15 5l-7 7 7 7'],
    check: ['M5 12.5l4.5 4.5L19 7.5'],
    checks: ['M2.5 12.5L7 17l9-9.5', 'M11.5 16l1 1 9-9.5'],
    clock: ['M12 7v5l3 2', 'M12 3a9 9 0 1 0 .01 0z'],
    close: ['M6 6l12 12', 'M18 6L6 18'],
    clip: [
        'M20 11.5l-8.2 8.2a5.2 5.2 0 0 1-7.4-7.4l8.7-8.7a3.5 3.5 0 0 1 5 5l-8.7 8.6' +
            'a1.7 1.7 0 0 1-2.5-2.4l8-8',
    ],
    copy: ['M9 9h10v11H9z', 'M15 9V4H5v11h4'],
    down: ['M6 9.5l6 6 6-6'],
    download: ['M12 4v11', 'M7 10.5l5 5 5-5', 'M4.5 20h15'],
    drop: ['M12 15V4', 'M7 8.5l5-5 5 5', 'M4 14v5.5h16V14'],
    edit: ['M4 20l1-4L16.5 4.5l3 3L8 19z', 'M14 7l3 3'],
    failed: ['M12 3a9 9 0 1 0 .01 0z', 'M12 7.5v5.5', 'M12 16.4v.1'],
    file: ['M6 3.5h8l4.5 4.5v12.5H6z', 'M13.5 4v4.5H18'],
    forward: ['M9 5l7 7-7 7'],
    gallery: ['M4 5h16v14H4z', 'M4 16l4.5-4.5 4 4 2.5-2.5L20 18', 'M15.5 8.5v.1'],
    group: [
        'M9 4.5a3.5 3.5 0 1 0 .01 0z',
        'M2.5 19.5c.4-4 3-6 6.5-6s6.1 2 6.5 6',
        'M16 5a3 3 0 0 1 0 6',
        'M17.5 14c2.5.6 3.8 2.4 4 5.5',
    ],
    info: ['M12 3a9 9 0 1 0 .01 0z', 'M12 11v5.5', 'M12 7.6v.1'],
    leave: ['M14 4H5v16h9', 'M10 12h11', 'M17.5 8l4 4-4 4'],
    menu: ['M12 5v.1', 'M12 12v.1', 'M12 19v.1'],
    moon: ['M20 14.5A8.5 8.5 0 1 1 9.5 4a6.8 6.8 0 0 0 10.5 10.5z'],
    lock: ['M6 11h12v9H6z', 'M8.5 11V8a3.5 3.5 0 0 1 7 0v3'],
    pause: ['M9 6v12', 'M15 6v12'],
    play: ['M8 5.5l11 6.5-11 6.5z'],
    reply: ['M9.5 6L4 11.5 9.5 17', 'M4 11.5h9.5c4 0 6.5 2 6.5 6.5'],
    retry: ['M19.5 12a7.5 7.5 0 1 1-2.3-5.4', 'M19.5 3.5V8H15'],
    search: ['M10.5 4a6.5 6.5 0 1 0 .01 0z', 'M15.5 15.5L20.5 20.5'],
    send: ['M4 12l16-8-5.5 16-3-6.5z', 'M11.5 13.5L20 4'],
    smile: [
        'M12 3a9 9 0 1 0 .01 0z',
        'M8 14.2c1 1.8 2.4 2.6 4 2.6s3-.8 4-2.6',
        'M9 9.2v.6',
        'M15 9.2v.6',
    ],
    sun: [
        'M12 8a4 4 0 1 0 .01 0z',
        'M12 2.5v2',
        'M12 19.5v2',
        'M2.5 12h2',
        'M19.5 12h2',
        'M5.3 5.3l1.4 1.4',
        'M17.3 17.3l1.4 1.4',
        'M5.3 18.7l1.4-1.4',
        'M17.3 6.7l1.4-1.4',
    ],
    system: ['M4 5h16v11H4z', 'M9 20h6', 'M12 16v4'],
    trash: [
        'M4.5 7h15',
        'M9.5 7V4.5h5V7',
        'M6.5 7l.9 13h9.2l.9-13',
        'M10.3 11v5.5',
        'M13.7 11v5.5',
    ],
    user: ['M12 4a4 4 0 1 0 .01 0z', 'M4.5 20c.6-4.2 3.5-6 7.5-6s6.9 1.8 7.5 6'],
};

export function icon(name) {
    const svg = document.createElementNS(namespace, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('class', `icon icon-${name}`);
    svg.setAttribute('aria-hidden', 'true');
    svg.setAttribute('focusable', 'false');
    for (const shape of paths[name]) {
        const path = document.createElementNS(namespace, 'path');
        path.setAttribute('d', shape);
        svg.append(path);
    }
    return svg;
}
