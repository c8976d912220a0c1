// Proposals: the commands of this gateway's clients from the moment they are proposed until they are seen applied.
// What does not come back is proposed again; the commands of one session always in the order of their numbers. That
// nothing takes effect twice is the state machine's work (docs/protocol.md Q8), so repeating is always safe.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "chat/gateway/gateway.hpp"

namespace parley::chat {

struct LinkId {
    std::uint64_t value = 0;
    friend auto operator<=>(const LinkId&, const LinkId&) = default;
};

// Who waits for an answer: a link and the client's own id of the request.
struct Asker {
    LinkId link;
    std::uint64_t request = 0;
    std::size_t bytes = 0;   // of the request as it came
};

class Proposals {
public:
    // `propose` is called once per turn of the Loop with all that gathered in it.
    Proposals(net::Loop& loop, const GatewayIdentity& identity, const GatewayOptions& options,
              net::Function<void(std::vector<net::Bytes>)> propose);

    enum class Added { yes, full, too_long };
    // full: too many wait already.
    Added add(const Unnumbered& command, Asker asker);
    // The same number asked for again (the client reconnected) is one command with several askers: which of their links is
    // the one that lives is not known, and a frame of an older link may come after one of the newer.
    Added add(const Numbered& command, Asker asker);

    // Who waits for this answer, if it is an answer to one of ours that settles the matter.
    std::vector<Asker> answered(const CommandAnswered& effect);

    // The link is gone: what only it waited for is not proposed again.
    void forget(LinkId link);

    // A leader is known (again, or another one): everything that waits is proposed to it. False: nothing is proposed.
    void leader(bool known);

    // The protocol did not take some of them; which ones is not known.
    void refused();

    // Proposes again what has waited too long.
    void tick();

    [[nodiscard]] std::size_t waiting() const { return waiting_; }

private:
    struct Entry {
        net::Bytes body;              // the encoded command without its origin
        std::vector<Asker> askers;    // one a link
        std::uint64_t id = 0;
        std::uint64_t attempts = 0;   // how often it was proposed
        std::uint32_t gaps = 0;
    };
    struct Session {
        std::map<std::uint64_t, Entry> entries;
        net::Instant proposed;
        net::Duration patience{};
    };
    struct Single {
        Entry entry;
        net::Instant proposed;
        net::Duration patience{};
    };
    struct Place {
        std::optional<SessionId> session;
        std::uint64_t key = 0;                  // number in the session, or key in singles_
    };

    void hurry();
    void begin(Entry& entry, const Place& place);
    void propose(Entry& entry);
    void propose_session(Session& session);
    void propose_single(Single& single);
    void flush();
    void remove(const Place& place);
    std::vector<Asker> settle(const Place& place);
    static bool drop_asker(Entry& entry, LinkId link);   // true: nobody is left
    bool retry_after_gap(const Place& place, std::uint64_t request);

    net::Loop& loop_;
    std::uint64_t node_;
    std::uint64_t incarnation_;
    const GatewayOptions& options_;
    net::Function<void(std::vector<net::Bytes>)> propose_;

    std::map<SessionId, Session> sessions_;
    std::map<std::uint64_t, Single> singles_;
    std::unordered_map<std::uint64_t, Place> places_;   // by an entry's id; looked up only, never walked
    std::size_t waiting_ = 0;
    std::uint64_t last_entry_ = 0;
    std::uint64_t last_single_ = 0;
    bool leader_known_ = false;
    std::vector<net::Bytes> outgoing_;
    std::shared_ptr<bool> flushing_ = std::make_shared<bool>(false);
};

}  // namespace parley::chat
