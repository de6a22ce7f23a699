// Where the page starts.

import '../css/page.css';
import { App } from './app.js';
import { Session, developmentPeople } from './session.js';
import { applyTheme } from './theme.js';
import { showSignIn } from './views/sign_in.js';

applyTheme();

async function start() {
    const root = document.getElementById('page');
    const directory = await developmentPeople();
    let app = null;

    const signIn = (session) => {
        session.keep();
        app = new App(root, session, directory, signInAgain);
        app.start();
    };
    const signInAgain = (reason) => {
        app = null;
        showSignIn(root, directory, signIn, reason);
    };

    const kept = Session.restore();
    if (kept) signIn(kept);
    else signInAgain('');
}

document.addEventListener('DOMContentLoaded', start);
