// HttpPages: answers GET with small texts, for the monitoring of one machine. Plain HTTP on a loopback port; everything
// about a request is bounded in size and time, and nothing that is asked for changes anything.
#pragma once

#include <memory>
#include <string>

#include "net/asio/asio_loop.hpp"
#include "net/ports/result.hpp"

namespace parley::net {

struct HttpPage {
    unsigned status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::string body;
};

class HttpPages {
public:
    static constexpr std::size_t connections_max = 32;   // more wait in the kernel's queue
    static constexpr Duration request_within = std::chrono::seconds{5};

    // The page of a path such as "/metrics"; status 404 for one that is not there. Called on the Loop.
    using Pages = Function<HttpPage(const std::string& path)>;

    // "127.0.0.1:9400"; port 0 lets the system choose. Any address but a loopback one is refused, a port in use is
    // ErrorKind::exists.
    static Result<std::unique_ptr<HttpPages>> open(AsioLoop& loop, const std::string& address, Pages pages);
    ~HttpPages();   // closes what is open

    [[nodiscard]] std::string address() const;

    struct Impl;
    explicit HttpPages(std::shared_ptr<Impl> impl);

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace parley::net
