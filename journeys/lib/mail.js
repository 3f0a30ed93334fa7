// A small mail server on loopback: takes every mail and keeps it, sends none on (RFC 5321; bodies as in RFC 2045).
import { once } from "node:events";
import { createServer } from "node:net";

/** The text of a mail as it came, out of base64 or quoted-printable. */
function body(raw) {
  const at = raw.indexOf("\r\n\r\n");
  const head = raw.slice(0, at).toLowerCase();
  const text = raw.slice(at + 4);
  if (head.includes("encoding: base64")) return Buffer.from(text, "base64").toString("utf8");
  if (!head.includes("encoding: quoted-printable")) return text;
  const bytes = text.replaceAll("=\r\n", "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** Speaks to one client until he leaves. */
function talk(socket, mails) {
  let waiting = "";
  let mail = { from: "", to: [] };
  /** The lines of a mail while it comes; none between mails. */
  let lines;
  const say = (line) => socket.write(`${line}\r\n`);
  const inside = (line) => /<([^>]*)>/.exec(line)?.[1] ?? "";
  const deeds = {
    EHLO: () => say("250-mail.example\r\n250 8BITMIME"),
    HELO: () => say("250 mail.example"),
    NOOP: () => say("250 ok"),
    RSET: () => { mail = { from: "", to: [] }; say("250 ok"); },
    MAIL: (line) => { mail.from = inside(line); say("250 ok"); },
    RCPT: (line) => { mail.to.push(inside(line)); say("250 ok"); },
    DATA: () => { lines = []; say("354 go ahead"); },
    QUIT: () => { say("221 bye"); socket.end(); },
  };
  function hear(line) {
    if (!lines) {
      const deed = deeds[line.slice(0, 4).toUpperCase()] ?? (() => say("502 5.5.1 unknown"));
      return deed(line);
    }
    if (line !== ".") {
      // A dot at the beginning of a line was doubled on the way.
      lines.push(line.startsWith(".") ? line.slice(1) : line);
      return;
    }
    mails.push({ ...mail, text: body(Buffer.from(lines.join("\r\n"), "latin1").toString("utf8")) });
    lines = undefined;
    mail = { from: "", to: [] };
    say("250 2.0.0 queued");
  }
  // Bytes, not characters, until a mail is whole: a chunk may end within a character.
  socket.setEncoding("latin1");
  socket.on("data", (chunk) => {
    const parts = (waiting + chunk).split("\r\n");
    waiting = parts.pop();
    parts.forEach(hear);
  });
  // A client who breaks off is his own affair.
  socket.on("error", () => socket.destroy());
  say("220 mail.example ESMTP");
}

/** Starts it on a free port; `mails` holds what came, each with `from`, `to` and its readable `text`. */
export async function startMail() {
  const mails = [];
  const open = new Set();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    talk(socket, mails);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    mails,
    async stop() {
      open.forEach((socket) => socket.destroy());
      server.close();
      await once(server, "close");
    },
  };
}
