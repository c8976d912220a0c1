// TlsSession: one end of one TLS 1.3 connection as a function from bytes to bytes: it owns no socket and never waits.
// Ciphertext goes in by feed() and out by take_output(); everything between is here.
#pragma once

#include <optional>
#include <string>

#include "net/asio/detail/openssl.hpp"
#include "net/asio/tls_context.hpp"
#include "net/ports/bytes.hpp"
#include "net/ports/link.hpp"
#include "net/ports/result.hpp"

namespace parley::net {

class TlsSession {
public:
    // `host`: what was dialled, without the port; empty on the server's side.
    TlsSession(const TlsContext& context, const std::string& host);

    // Ciphertext as it came. Fails when the very first byte cannot begin TLS.
    Result<void> feed(ByteView ciphertext);
    // Goes on with the handshake; true once it is done. An Error's sentence tells the user what to do.
    Result<bool> handshake();
    // Decrypts what is there: the number of bytes put into `plaintext`, 0 when more ciphertext is needed.
    // ErrorKind::closed after the other end's farewell.
    Result<std::size_t> read(std::span<std::byte> plaintext);
    // Encrypts: one record for each 16 KiB.
    void write(ByteView plaintext);
    void say_goodbye();
    // Appends the ciphertext to be sent.
    void take_output(Bytes& output);

    // The verified certificate's names; nothing is filled in without one.
    void identify(PeerIdentity& peer) const;
    // The last certificate of the chain the server showed, as PEM; none when it is no authority.
    [[nodiscard]] std::optional<std::string> shown_authority() const;

private:
    [[nodiscard]] Error explain_failure() const;
    [[nodiscard]] Error explain_verdict(long verdict) const;
    [[nodiscard]] Error explain_reason(int reason, const char* text) const;

    bool is_server_;
    std::string host_;
    openssl::Session ssl_;
    BIO* from_peer_ = nullptr;   // owned by ssl_
    BIO* to_peer_ = nullptr;     // owned by ssl_
    bool first_byte_seen_ = false;
};

}  // namespace parley::net
