// What replicas say to each other about files (decision 0017). All of it is free and may be lost, repeated and reordered: what a replica
// says it holds it holds until the file's end, and bytes are compared with their name wherever they come to.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "chat/state/commands.hpp"

namespace parley::chat {

// Which chunks of this file do you lack? Answered by who has applied the file's beginning, and by nobody else.
struct HoldingAsked { FileId file; friend bool operator==(const HoldingAsked&, const HoldingAsked&) = default; };
// These, by their place, ascending; the others are durable here. None: all are.
struct HoldingTold { FileId file; std::vector<std::uint32_t> missing; friend bool operator==(const HoldingTold&, const HoldingTold&) = default; };
struct BytesAsked { ChunkHash chunk{}; friend bool operator==(const BytesAsked&, const BytesAsked&) = default; };
// The answer, or without having been asked. Empty: the chunk is not here.
struct BytesSent { ChunkHash chunk{}; net::Bytes bytes; friend bool operator==(const BytesSent&, const BytesSent&) = default; };
// Do you hold every file that is whole at this slot or a later one? From a leader that wants to change who votes.
struct CompleteAsked { std::uint64_t slot = 0; friend bool operator==(const CompleteAsked&, const CompleteAsked&) = default; };
// I hold every file that is whole at this slot; said only when it is asked, and then only of a slot that is late enough.
struct CompleteTold { std::uint64_t slot = 0; friend bool operator==(const CompleteTold&, const CompleteTold&) = default; };
using FileMessage = std::variant<HoldingAsked, HoldingTold, BytesAsked, BytesSent, CompleteAsked, CompleteTold>;

template <class A> void serialize(A& a, HoldingAsked& m, unsigned) { a & make_nvp("file", m.file); }
template <class A> void serialize(A& a, HoldingTold& m, unsigned) { a & make_nvp("file", m.file) & make_nvp("missing", m.missing); }
template <class A> void serialize(A& a, BytesAsked& m, unsigned) { a & make_nvp("chunk", m.chunk); }
template <class A> void serialize(A& a, CompleteAsked& m, unsigned) { a & make_nvp("slot", m.slot); }
template <class A> void serialize(A& a, CompleteTold& m, unsigned) { a & make_nvp("slot", m.slot); }
template <class A> void serialize(A& a, BytesSent& m, unsigned) { a & make_nvp("chunk", m.chunk) & make_nvp("bytes", m.bytes); }

}  // namespace parley::chat
