// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The proof verification of RFC 9162 §2.1
/// @notice The functions depend on their arguments alone; the SHA-256 precompile (address 0x02)
/// makes them `view`. A false proof returns `false` and never reverts. The variables have the RFC's
/// names (fn, sn, fr, sr), and the numbers in the comments are the RFC's steps, so that code and
/// text can be read in parallel.
/// @dev No entry is hashed on chain: leaf hashes are passed in as SHA-256(0x00 || entry), and the
/// prefixes 0x00 and 0x01 keep a node from being taken for an entry. Each hash consumed halves
/// `sn`, so with 64-bit sizes every loop ends after at most 64 rounds, whatever the length of the
/// proof. There is no addition, so sizes up to 2^64 - 1 cannot overflow. A limit of every verifier
/// of the RFC: a proof fixes directions, and some sizes share them (6 to 12 has those of 6 to 13).
/// That a root belongs to a size is what the log signs in its checkpoint.
library Rfc9162 {
    /// @notice MTH({}) = SHA-256(""): the root of the tree without entries.
    bytes32 internal constant EMPTY_ROOT = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    /// @notice The SHA-256 precompile is absent, ran out of gas, or did not return 32 bytes.
    error Sha256Failed();

    /// @notice RFC 9162 §2.1.3.2: whether the tree of `size` entries with `root` has `leafHash` at
    /// `index`.
    /// @param path from the leaf's sibling upwards
    function verifyInclusion(
        bytes32 leafHash,
        uint64 index,
        uint64 size,
        bytes32[] calldata path,
        bytes32 root
    ) internal view returns (bool) {
        if (index >= size) return false; // 1
        uint256 fn = index; // 2
        uint256 sn = size - 1;
        bytes32 r = leafHash; // 3
        for (uint256 i = 0; i < path.length; ++i) {
            if (sn == 0) return false; // 4.a
            bytes32 p = path[i];
            if (fn & 1 == 1 || fn == sn) {
                r = nodeHash(p, r); // 4.b.i
                while (fn & 1 == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1); // 4.b.ii
            } else {
                r = nodeHash(r, p);
            }
            (fn, sn) = (fn >> 1, sn >> 1); // 4.c
        }
        return sn == 0 && r == root; // 5
    }

    /// @notice RFC 9162 §2.1.4.2: whether the tree of `newSize` entries with `newRoot` extends that
    /// of `oldSize` with `oldRoot`.
    /// @dev The RFC defines proofs for 0 < oldSize < newSize only. For equal sizes the roots must
    /// be equal and the proof empty. For the empty tree there is nothing to prove, and the result
    /// is false: callers treat that case themselves.
    function verifyConsistency(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldRoot,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (oldSize == newSize) return proof.length == 0 && oldRoot == newRoot;
        if (oldSize == 0 || oldSize > newSize || proof.length == 0) return false; // 1

        uint256 fn = oldSize - 1; // 3
        uint256 sn = newSize - 1;
        while (fn & 1 == 1) (fn, sn) = (fn >> 1, sn >> 1); // 4

        // 2 and 5. All bits shifted out: the old tree is a complete subtree of the new one, and its
        // root is the first hash.
        bytes32 fr = fn == 0 ? oldRoot : proof[0];
        bytes32 sr = fr;
        for (uint256 i = fn == 0 ? 0 : 1; i < proof.length; ++i) {
            if (sn == 0) return false; // 6.a
            bytes32 c = proof[i];
            if (fn & 1 == 1 || fn == sn) {
                fr = nodeHash(c, fr); // 6.b.i
                sr = nodeHash(c, sr); // 6.b.ii
                while (fn & 1 == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1); // 6.b.iii
            } else {
                sr = nodeHash(sr, c);
            }
            (fn, sn) = (fn >> 1, sn >> 1); // 6.c
        }
        return sn == 0 && fr == oldRoot && sr == newRoot; // 7
    }

    /// @notice SHA-256(0x01 || left || right), RFC 9162 §2.1.1.
    /// @dev In assembly because `sha256(abi.encodePacked(…))` allocates memory for each of up to
    /// 128 hashes of a proof. The 65 bytes are written beyond the free memory pointer, which does
    /// not move; the result goes to the scratch space at 0x00.
    function nodeHash(bytes32 left, bytes32 right) internal view returns (bytes32 hash) {
        bool ok;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore8(input, 0x01)
            mstore(add(input, 0x01), left)
            mstore(add(input, 0x21), right)
            ok := staticcall(gas(), 0x02, input, 0x41, 0x00, 0x20)
            // A separate statement: Yul evaluates arguments from right to left, so in
            // and(staticcall(…), eq(returndatasize(), 0x20)) the size would be read before the
            // call.
            ok := and(ok, eq(returndatasize(), 0x20))
            hash := mload(0x00)
        }
        if (!ok) revert Sha256Failed();
    }
}
