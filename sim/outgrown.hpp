// A program that the cluster has outgrown: it may refuse to run, and its operator installs the newest one then.
#pragma once

#include "sim/machine.hpp"
#include "sim/oracles/levels.hpp"

namespace parley::sim {

// True: a program of this level may refuse to run as that node, and its machine has the newest one from now on.
bool update_if_outgrown(const LevelOracle& levels, Machine& machine, consensus::NodeId node, std::uint32_t version, consensus::FeatureLevel newest);

}  // namespace parley::sim
