// Joining: a machine becomes a replica with the operator's token. The cluster is asked first and allows it once for each token; the
// folder is made after that, so no two folders ever speak for one node (docs/protocol.md P12).
#pragma once

#include <string>

namespace parley::chat {

// `token`: the token itself, or the path of a file that holds it. `data` must not exist, or be empty. Throws std::runtime_error with
// a sentence; the folder is then as it was, unless the sentence says otherwise.
void join_cluster(const std::string& data, const std::string& token);

}  // namespace parley::chat
