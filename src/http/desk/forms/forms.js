// What forms can do with a script: keep what is typed in this browser until it is sent, say when the network is away,
// fill in where the phone is, and look for sites that may be the same while one is typed. All of it works without.
"use strict";
(() => {
  const PREFIX = "form ";
  const PAUSE = 400;
  const LOOK_AFTER = 1500;
  // What is of the session or of the browser, and not typed.
  const NOT_KEPT = ["form_token", "add", "do"];

  const drafts = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

  // On a device that others use, nothing stays behind: not after signing out, and not for whoever signs in next.
  const forget = (isMeant) => drafts().filter(isMeant).forEach((key) => localStorage.removeItem(key));
  document.querySelectorAll('form[action*="/desk/sign-out"]').forEach((form) => {
    form.addEventListener("submit", () => forget(() => true));
  });
  const account = document.querySelector("[data-account]")?.dataset.account;
  if (!account) return;
  const mine = `${PREFIX}${account} `;
  forget((key) => !key.startsWith(mine));

  const form = document.querySelector("form[data-draft]");
  const own = form && mine + form.dataset.draft;

  // What was sent is kept until it is known that it was taken: the answer leads to an address that says so.
  if (location.hash === "#taken") {
    localStorage.removeItem(sessionStorage.getItem("sent"));
    sessionStorage.removeItem("sent");
  }
  if (!form) return;

  const typed = () => [...new FormData(form)].filter(([name]) => !NOT_KEPT.includes(name));
  const later = (work, pause) => {
    let waiting;
    return () => {
      clearTimeout(waiting);
      waiting = setTimeout(work, pause);
    };
  };
  const button = (text) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "quiet";
    made.textContent = text;
    return made;
  };

  const status = document.createElement("div");
  status.className = "warning";
  status.setAttribute("role", "status");
  status.hidden = true;
  form.prepend(status);
  const say = (text, ...more) => {
    status.replaceChildren(text, ...more);
    status.hidden = !text;
  };

  // A form that was just opened may have been left before it was sent.
  const before = localStorage.getItem(own);
  if (before && "fresh" in form.dataset) {
    const back = button(form.dataset.bringBack);
    back.addEventListener("click", () => {
      const again = document.createElement("form");
      again.method = "post";
      again.action = form.action;
      const token = ["form_token", form.elements.form_token.value];
      for (const [name, value] of [...JSON.parse(before), token, ["show_again", "true"]]) {
        const field = document.createElement("textarea");
        field.name = name;
        field.value = value;
        again.append(field);
      }
      again.hidden = true;
      document.body.append(again);
      again.submit();
    });
    const away = button(form.dataset.forget);
    away.addEventListener("click", () => {
      localStorage.removeItem(own);
      say("");
    });
    say(form.dataset.left + " ", back, " ", away);
  }

  const keep = () => {
    try {
      localStorage.setItem(own, JSON.stringify(typed()));
    } catch {
      // There is no room, or it is not allowed: the form works as it does without a script.
    }
  };
  const keeping = later(keep, PAUSE);
  let isChanged = false;
  form.addEventListener("input", () => {
    isChanged = true;
    keeping();
  });
  // Phones end pages without a word, and people leave them in the middle of one.
  addEventListener("pagehide", () => isChanged && keep());
  document.addEventListener("visibilitychange", () => isChanged && document.hidden && keep());

  const away = () => (navigator.onLine ? say("") : say(form.dataset.away));
  addEventListener("offline", away);
  addEventListener("online", away);
  form.addEventListener("submit", (event) => {
    keep();
    if (!navigator.onLine) {
      event.preventDefault();
      away();
      status.scrollIntoView();
    } else {
      sessionStorage.setItem("sent", own);
    }
  });

  const place = form.querySelector("[data-place]");
  // An organization is in a town, and not where its phone is.
  if (place && form.elements.location_method && navigator.geolocation) {
    const fill = (name, value) => {
      const field = form.elements[name];
      if (field) field.value = value;
    };
    const use = button(form.dataset.usePosition);
    use.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          fill("geometry.lat", coords.latitude.toFixed(6));
          fill("geometry.lon", coords.longitude.toFixed(6));
          fill("location_accuracy_m", Math.ceil(coords.accuracy));
          fill("location_method", "gnss_phone");
          form.dispatchEvent(new Event("input"));
        },
        () => say(form.dataset.noPosition),
        { enableHighAccuracy: true, timeout: 30000 },
      );
    });
    place.after(use);
  }

  const look = form.querySelector('button[value="look"]');
  if (look) {
    const places = [...form.querySelectorAll(".looked")];
    const shown = look.closest(".part").querySelector(".looked");
    let asked = 0;
    // They appear where somebody is who typed what they were found by.
    let here = shown;
    const find = async () => {
      const number = ++asked;
      const body = new URLSearchParams([...typed(), ["form_token", form.elements.form_token.value], ["do", "look"]]);
      try {
        const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const likely = page.getElementById("likely");
        // A later question may have been answered first.
        if (number === asked && answer.ok && likely) {
          likely.removeAttribute("autofocus");
          places.forEach((place) => place.replaceChildren(...(place === here ? [likely] : [])));
        }
      } catch {
        // Without a network, nothing is found and nothing is lost.
      }
    };
    const finding = later(find, LOOK_AFTER);
    form.addEventListener("input", ({ target }) => {
      const name = target.name || "";
      const isFoundBy = name.startsWith("names.") || name.startsWith("geometry.") || ["site_type", "public_region_code"].includes(name);
      if (!isFoundBy && target !== form) return;
      here = target.closest(".part")?.querySelector(".looked") ?? shown;
      finding();
    });
  }
})();
