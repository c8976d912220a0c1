// Runtime: everything a command stands on, put together over sockets: loop, disk, trust, and (for what needs an
// account) the client library with this profile's store. Commands are straight lines; wait() runs the loop until the
// answer is there.
#pragma once

#include <memory>
#include <optional>

#include "chat/client/asker.hpp"
#include "chat/cli/exit.hpp"
#include "chat/cli/invocation.hpp"
#include "chat/cli/trust.hpp"
#include "chat/client/client.hpp"
#include "chat/client/replies/reply_store.hpp"
#include "net/asio/asio_dialer.hpp"
#include "net/asio/asio_loop.hpp"
#include "net/asio/posix_disk.hpp"
#include "net/asio/system_secrets.hpp"

namespace parley::chat {

class Runtime {
public:
    // Finds the cluster and settles trust. Throws CommandFailed, or std::runtime_error for files that do not fit.
    explicit Runtime(const GlobalOptions& options);
    ~Runtime();

    // The client of this profile, started. `events` must outlive nothing: they are moved in.
    Client& open_client(ClientEvents events, bool linearizable_reads = false);
    // The same, refused with a sentence when nobody is logged in.
    Client& open_account();
    // What quick replies are made of, shared by all processes of the profile; it belongs to who is logged in, and what is there of
    // anybody else goes. Behind open_client().
    std::unique_ptr<ReplyStore> open_replies();
    // Nobody is logged in any more: what was learned of whoever was goes, too.
    void forget_replies();
    // Throws the client away and takes a fresh one with the same store (for the next log-in).
    [[nodiscard]] Client& client() { return *client_; }
    [[nodiscard]] Asker& asker() { return asker_; }
    [[nodiscard]] net::Secrets& secrets() { return secrets_; }

    [[nodiscard]] net::AsioLoop& loop() { return loop_; }
    [[nodiscard]] const KnownCluster& cluster() const { return cluster_; }
    // Where replicas told of others: a command that takes the named ones out has still somebody to ask.
    [[nodiscard]] std::vector<std::string>& met() { return met_; }
    [[nodiscard]] const GlobalOptions& options() const { return options_; }
    [[nodiscard]] Deadline deadline() const { return net::Duration{options_.timeout}; }

    // Starts something that answers once, and runs the loop until it did.
    template <class T, class Begin>
    net::Result<T> try_wait(Begin begin) {
        std::optional<net::Result<T>> result;
        begin([this, &result](net::Result<T> answer) {
            result.emplace(std::move(answer));
            loop_.stop();
        });
        while (!result) loop_.run();
        return std::move(*result);
    }
    template <class T, class Begin>
    T wait(Begin begin) {
        return value_or_fail(try_wait<T>(std::move(begin)));
    }

    // The feature level that the cluster uses, asked once.
    [[nodiscard]] consensus::FeatureLevel cluster_level();
    // CommandFailed, where the cluster's feature level is lower: an older replica would close the link.
    void require_level(consensus::FeatureLevel level);
    // One operation of the logged-in user; a refusal is CommandFailed with its sentence.
    Answer submit(Operation operation);

private:
    GlobalOptions options_;
    net::AsioLoop loop_;
    net::SystemSecrets secrets_;
    KnownCluster cluster_;
    net::AsioDialer dialer_;
    Asker asker_;
    std::vector<std::string> met_;
    std::unique_ptr<net::PosixDisk> disk_;
    std::unique_ptr<ClientStore> store_;
    std::unique_ptr<Client> client_;
    std::optional<consensus::FeatureLevel> level_;
};

// The answer, unless it is a refusal: that is CommandFailed with its sentence.
Answer accepted(Answer answer);

}  // namespace parley::chat
