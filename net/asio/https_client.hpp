// HttpsClient: the production HttpClient. One connection a question, closed after it. TLS 1.2 or newer under the
// system's authorities (or one named file), with the certificate's name checked; plain HTTP reaches loopback addresses
// alone. No proxy, no cookie, no redirection is followed: the key goes to the address that was named and nowhere else.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/asio/asio_loop.hpp"
#include "net/ports/http.hpp"

namespace parley::net {

class HttpsClient final : public HttpClient {
public:
    // `ca_file`: PEM of the authorities to trust in place of the system's. One that does not fit is std::runtime_error.
    explicit HttpsClient(AsioLoop& loop, const std::optional<std::string>& ca_file = {});
    ~HttpsClient() override;

    void post(HttpPost request, Function<void(Result<HttpAnswer>)> on_answer) override;
    void abandon() override;

    struct Impl;

private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace parley::net
