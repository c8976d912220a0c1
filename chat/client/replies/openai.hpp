// What is said to an OpenAI-compatible endpoint (chat/completions) and what is believed of its answer. Pure. The answer is
// bytes of a stranger: whatever it holds, at most three short plain lines come out of it.
#pragma once

#include <string>
#include <vector>

#include "chat/client/replies/config.hpp"
#include "chat/state/effects.hpp"
#include "net/ports/http.hpp"

namespace parley::chat {

// The newest config.messages texts, each cut, without the names of people; the newest one of others comes last and is the one
// to answer. `key`: empty for none.
net::HttpPost openai_question(const OpenAiConfig& config, const std::string& key, const std::vector<RoomMessage>& messages, UserId me);

// Three lines at most, each once; the error is a sentence about the endpoint.
net::Result<std::vector<std::string>> openai_replies(const net::HttpAnswer& answer);

}  // namespace parley::chat
