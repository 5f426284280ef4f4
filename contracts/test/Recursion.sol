// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The oracle: RFC 9162 §2.1 transcribed literally, recursive and slow. It shares nothing
/// with the code under test; even SHA-256 is the language's function and not assembly. D[a:b] is
/// `leaves` from `a` up to but not including `b`, where `leaves` are leaf hashes.
library Recursion {
    /// @notice §2.1.1, for a list that is not empty.
    function mth(bytes32[] memory leaves, uint256 a, uint256 b) internal pure returns (bytes32) {
        if (b - a == 1) return leaves[a];
        uint256 k = largestPowerOfTwoBelow(b - a);
        return node(mth(leaves, a, a + k), mth(leaves, a + k, b));
    }

    /// @notice §2.1.3.1: PATH(m, D[a:b]).
    function path(uint256 m, bytes32[] memory leaves, uint256 a, uint256 b) internal pure returns (bytes32[] memory) {
        if (b - a == 1) return new bytes32[](0);
        uint256 k = largestPowerOfTwoBelow(b - a);
        if (m < k) return append(path(m, leaves, a, a + k), mth(leaves, a + k, b));
        return append(path(m - k, leaves, a + k, b), mth(leaves, a, a + k));
    }

    /// @notice §2.1.4.1: PROOF(m, D[0:n]) for 0 < m <= n.
    function proof(uint256 m, bytes32[] memory leaves, uint256 n) internal pure returns (bytes32[] memory) {
        return subproof(m, leaves, 0, n, true);
    }

    /// @notice §2.1.4.1: SUBPROOF(m, D[a:b], known).
    function subproof(
        uint256 m,
        bytes32[] memory leaves,
        uint256 a,
        uint256 b,
        bool known
    ) internal pure returns (bytes32[] memory) {
        if (m == b - a) {
            return known ? new bytes32[](0) : append(new bytes32[](0), mth(leaves, a, b));
        }
        uint256 k = largestPowerOfTwoBelow(b - a);
        if (m <= k) return append(subproof(m, leaves, a, a + k, known), mth(leaves, a + k, b));
        return append(subproof(m - k, leaves, a + k, b, false), mth(leaves, a, a + k));
    }

    // The same recursions inverted, for trees too large to build: whatever the hashes are, a proof
    // of the right length determines the roots that it proves.

    /// @notice The number of hashes in PATH(m, D[n]).
    function pathLength(uint256 m, uint256 n) internal pure returns (uint256) {
        if (n == 1) return 0;
        uint256 k = largestPowerOfTwoBelow(n);
        return 1 + (m < k ? pathLength(m, k) : pathLength(m - k, n - k));
    }

    /// @notice The root of the tree of n leaves in which the first `length` hashes of `hashes` are
    /// PATH(m, D[n]) of `leaf`.
    function rootOfPath(
        bytes32 leaf,
        uint256 m,
        uint256 n,
        bytes32[] memory hashes,
        uint256 length
    ) internal pure returns (bytes32) {
        if (n == 1) return leaf;
        uint256 k = largestPowerOfTwoBelow(n);
        bytes32 last = hashes[length - 1];
        if (m < k) return node(rootOfPath(leaf, m, k, hashes, length - 1), last);
        return node(last, rootOfPath(leaf, m - k, n - k, hashes, length - 1));
    }

    /// @notice The number of hashes in SUBPROOF(m, D[n], known).
    function proofLength(uint256 m, uint256 n, bool known) internal pure returns (uint256) {
        if (m == n) return known ? 0 : 1;
        uint256 k = largestPowerOfTwoBelow(n);
        return 1 + (m <= k ? proofLength(m, k, known) : proofLength(m - k, n - k, false));
    }

    /// @notice Both roots that SUBPROOF(m, D[n], known), the first `length` hashes, proves. `seed`
    /// is the old root where the proof leaves it out, because the old tree is a complete subtree of
    /// the new one.
    function rootsOfProof(
        bytes32 seed,
        uint256 m,
        uint256 n,
        bool known,
        bytes32[] memory hashes,
        uint256 length
    ) internal pure returns (bytes32 oldRoot, bytes32 newRoot) {
        if (m == n) {
            oldRoot = known ? seed : hashes[0];
            return (oldRoot, oldRoot);
        }
        uint256 k = largestPowerOfTwoBelow(n);
        bytes32 last = hashes[length - 1];
        if (m <= k) {
            (oldRoot, newRoot) = rootsOfProof(seed, m, k, known, hashes, length - 1);
            return (oldRoot, node(newRoot, last));
        }
        (oldRoot, newRoot) = rootsOfProof(seed, m - k, n - k, false, hashes, length - 1);
        return (node(last, oldRoot), node(last, newRoot));
    }

    function leafHash(bytes memory entry) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x00), entry));
    }

    function node(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }

    /// @notice k of §2.1.1: the largest power of two smaller than n, for 1 < n <= 2^64.
    /// @dev Optimised for speed; a test compares it with its definition.
    function largestPowerOfTwoBelow(uint256 n) internal pure returns (uint256) {
        uint256 k = n - 1;
        for (uint256 shift = 1; shift < 64; shift *= 2) k |= k >> shift; // all bits below the highest are set
        return (k + 1) / 2;
    }

    function append(bytes32[] memory list, bytes32 last) internal pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) longer[i] = list[i];
        longer[list.length] = last;
    }
}
