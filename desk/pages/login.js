// Logging in at the desk, and replacing a one-time password.

import { $, api } from "./common.js";

const login = $("login-form");
const password = $("password-form");
const enter = () => location.replace("/desk");

/** Send a form; its fault line tells what the hall says against it. */
function onSubmit(form, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [fault, button] = [form.querySelector(".fault"), form.querySelector("button")];
    fault.textContent = "";
    button.disabled = true;
    try {
      await work(Object.fromEntries(new FormData(form)));
    } catch (error) {
      fault.textContent = error.message;
      form.querySelector("input[type=password]").select();
    } finally {
      button.disabled = false;
    }
  });
}

function askNewPassword(name, old = "") {
  login.hidden = true;
  password.hidden = false;
  password.elements.username.value = name;
  password.elements.old.value = old;
  (old ? password.elements.new : password.elements.old).focus();
}

onSubmit(login, async (fields) => {
  const { must_change } = await api("/desk/login", { login: fields.login.trim(), password: fields.password });
  if (must_change) askNewPassword(fields.login, fields.password);
  else enter();
});

onSubmit(password, async (fields) => {
  if (fields.new !== fields.again) throw new Error("两次输入的新密码不一样。");
  const { csrf } = await api("/desk/me");
  await api("/desk/password", { old: fields.old, new: fields.new }, { "X-CSRF-Token": csrf });
  enter();
});

// --- start: say whose desk it is, and skip what is done already

const hall = await api("/api/hall").catch(() => null);
if (hall) {
  $("hall").textContent = hall.name;
  $("banner").textContent = hall.banner;
  $("banner").hidden = !hall.banner;
}
const me = await api("/desk/me").catch(() => null);
if (me?.must_change) askNewPassword(me.login);
else if (me) enter();
