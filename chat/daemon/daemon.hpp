// The replica's process around chat::Server: folder, configuration, sockets, log file, signals, the orderly end.
#pragma once

#include "chat/daemon/options.hpp"

namespace parley::chat {

// Runs until SIGTERM, SIGINT or the end of the lifeline (0), until it must stop (1, with one sentence), or until it was
// removed from the cluster and the others need it no more (exit_when_removed).
// Throws std::runtime_error for what is wrong at the start.
int run_replica(const RunReplica& command);

// Makes a cluster's folders in a new or empty folder and says what to do with them. Throws std::runtime_error.
int init_cluster(const InitCluster& command);

// Prints the log below the folder; reads only, and works on damaged folders.
int inspect_folder(const InspectFolder& command);

// A new certificate and key in the place of a replica's files. Throws std::runtime_error, and then the certificate is as it was.
int renew_certificate(const RenewCertificate& command);

}  // namespace parley::chat
