// HttpClient: the port for asking one HTTP server something, for the few things outside of the cluster that speak HTTP.
// Whoever answers is a stranger: its answer is bounded in size and time, and a redirection is an answer like any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/ports/function.hpp"
#include "net/ports/result.hpp"
#include "net/ports/time.hpp"

namespace parley::net {

struct HttpUrl {
    bool tls = true;
    std::string host;          // without brackets
    std::uint16_t port = 443;
    std::string path;          // begins with / or is empty; never ends with one

    // "https://host" or "http://[::1]:8080", as the Host field has it.
    [[nodiscard]] std::string authority() const;
    friend bool operator==(const HttpUrl&, const HttpUrl&) = default;
};

// https://HOST[:PORT][/PATH]; http:// for loopback addresses and "localhost" alone. Names, passwords, queries and fragments
// have no place in it. The error is a sentence.
Result<HttpUrl> parse_http_url(std::string_view text);

struct HttpPost {
    HttpUrl url;
    std::string bearer;                        // the key; empty: none. Printable ASCII
    std::string json;
    Duration within = std::chrono::seconds{10};
    std::size_t answer_bytes_max = std::size_t{256} << 10U;
};

struct HttpAnswer {
    unsigned status = 0;
    std::string body;
};

class HttpClient {
public:
    HttpClient() = default;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    virtual ~HttpClient() = default;   // what is under way is dropped without an answer

    // Answers once, on the owner's Loop, never before this returns. Errors: unreachable, timed_out, untrusted, malformed (no
    // HTTP, or larger than allowed), refused (plain HTTP to what is no loopback address). No sentence holds the key.
    virtual void post(HttpPost request, Function<void(Result<HttpAnswer>)> on_answer) = 0;
    // Drops what is under way, without an answer.
    virtual void abandon() = 0;
};

}  // namespace parley::net
