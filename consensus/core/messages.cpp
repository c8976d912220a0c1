// The class and the name of every message: the table of docs/protocol.md as code. No catch-all, so that a new message
// does not compile before somebody decided what it asserts.
#include "consensus/core/messages.hpp"

namespace parley::consensus {

namespace {

struct ClassOf {
    // These say something about the sender's disk.
    MessageClass operator()(const Prepare&) const { return MessageClass::asserting; }
    MessageClass operator()(const Promise&) const { return MessageClass::asserting; }
    MessageClass operator()(const Accepted&) const { return MessageClass::asserting; }
    // These do not.
    MessageClass operator()(const PrePrepare&) const { return MessageClass::free; }
    MessageClass operator()(const PrePrepareAnswer&) const { return MessageClass::free; }
    MessageClass operator()(const Accept&) const { return MessageClass::free; }
    MessageClass operator()(const Reject&) const { return MessageClass::free; }
    MessageClass operator()(const Heartbeat&) const { return MessageClass::free; }
    MessageClass operator()(const HeartbeatAnswer&) const { return MessageClass::free; }
    MessageClass operator()(const Chosen&) const { return MessageClass::free; }
    MessageClass operator()(const CatchUpRequest&) const { return MessageClass::free; }
    MessageClass operator()(const CatchUpData&) const { return MessageClass::free; }
    MessageClass operator()(const Forward&) const { return MessageClass::free; }
    MessageClass operator()(const ForwardRefused&) const { return MessageClass::free; }
    MessageClass operator()(const ReadRequest&) const { return MessageClass::free; }
    MessageClass operator()(const ReadSlot&) const { return MessageClass::free; }
    MessageClass operator()(const TakeOver&) const { return MessageClass::free; }
    MessageClass operator()(const PledgeAsked&) const { return MessageClass::free; }
    // Not about the disk: whoever starts again keeps every pledge by waiting (P10).
    MessageClass operator()(const Pledged&) const { return MessageClass::free; }
};

struct NameOf {
    const char* operator()(const PrePrepare&) const { return "PrePrepare"; }
    const char* operator()(const PrePrepareAnswer&) const { return "PrePrepareAnswer"; }
    const char* operator()(const Prepare&) const { return "Prepare"; }
    const char* operator()(const Promise&) const { return "Promise"; }
    const char* operator()(const Accept&) const { return "Accept"; }
    const char* operator()(const Accepted&) const { return "Accepted"; }
    const char* operator()(const Reject&) const { return "Reject"; }
    const char* operator()(const Heartbeat&) const { return "Heartbeat"; }
    const char* operator()(const HeartbeatAnswer&) const { return "HeartbeatAnswer"; }
    const char* operator()(const Chosen&) const { return "Chosen"; }
    const char* operator()(const CatchUpRequest&) const { return "CatchUpRequest"; }
    const char* operator()(const CatchUpData&) const { return "CatchUpData"; }
    const char* operator()(const Forward&) const { return "Forward"; }
    const char* operator()(const ForwardRefused&) const { return "ForwardRefused"; }
    const char* operator()(const ReadRequest&) const { return "ReadRequest"; }
    const char* operator()(const ReadSlot&) const { return "ReadSlot"; }
    const char* operator()(const TakeOver&) const { return "TakeOver"; }
    const char* operator()(const PledgeAsked&) const { return "PledgeAsked"; }
    const char* operator()(const Pledged&) const { return "Pledged"; }
};

}  // namespace

MessageClass message_class(const Message& message) { return std::visit(ClassOf{}, message); }

const char* message_name(const Message& message) { return std::visit(NameOf{}, message); }

}  // namespace parley::consensus
