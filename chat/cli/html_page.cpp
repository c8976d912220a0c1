#include "chat/cli/html_page.hpp"

#include <fmt/format.h>

#include "chat/cli/output.hpp"
#include "chat/state/shown_text.hpp"

namespace parley::chat {

std::string html_escaped(std::string_view text) {
    std::string escaped;
    for (const char letter : text) {
        switch (letter) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            case '\'': escaped += "&#39;"; break;
            default: escaped += letter;
        }
    }
    return escaped;
}

std::string html_beginning(const std::string& room) {
    const std::string name = html_escaped(harmless(room));
    return fmt::format("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" "
                       "content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>{}</title>\n"
                       "<style>body{{font:15px sans-serif;max-width:50em;margin:2em auto;padding:0 1em}}"
                       ".m{{margin:.6em 0}}.w{{font-weight:bold}}.t{{color:#666;font-size:85%;margin-left:.6em;text-decoration:none}}"
                       ".x{{white-space:pre-wrap;overflow-wrap:anywhere}}.s,.d{{color:#666;font-style:italic}}</style></head>\n"
                       "<body><h1>{}</h1>", name, name);
}

std::string html_message(const RoomMessage& message) {
    const std::string head = fmt::format("<div class=\"m\" id=\"{0}\"><span class=\"w\">{1}</span><a class=\"t\" href=\"#{0}\">{2} · {0}</a>", message.number,
                                         is_written(message.kind) ? html_escaped(harmless(message.author_name)) : "", local_time(message.time_ms));
    const std::string reply = message.reply_to == 0 ? "" : fmt::format(" <a class=\"t\" href=\"#{0}\">to {0}</a>", message.reply_to);
    const bool is_told = !is_written(message.kind);
    const std::string text = message.deleted ? "(deleted)" : (is_told ? system_text(message) : shown_text(message));
    const char* const kind = message.deleted ? "x d" : (is_told ? "x s" : "x");
    return fmt::format("{}{}<div class=\"{}\">{}{}</div></div>", head, reply, kind, html_escaped(harmless(text)), html_escaped(remarks(message)));
}

std::string html_ending() { return "</body></html>"; }

}  // namespace parley::chat
