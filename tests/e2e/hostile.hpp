// Peers that do not speak Parley.
#pragma once

#include <string>

namespace parley::e2e {

// Connects to "host:port", writes the bytes and reads until the other end closes or 10 s are over. True if it closed.
bool is_closed_after(const std::string& address, const std::string& bytes);
// The same bytes every time.
std::string garbage(std::size_t size);

// A connection that says nothing, open as long as this lives.
class SilentConnection {
public:
    explicit SilentConnection(const std::string& address);
    ~SilentConnection();
    SilentConnection(SilentConnection&& other) noexcept;
    SilentConnection& operator=(SilentConnection&&) = delete;

private:
    int socket_ = -1;
};

}  // namespace parley::e2e
