// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EvidenceAnchor} from "../EvidenceAnchor.sol";
import {Rfc9162} from "../Rfc9162.sol";
import {Fault} from "./Fault.sol";
import {Recursion} from "./Recursion.sol";
import {vm} from "./Vm.sol";

/// @notice Compares the iterative verification with the RFC's recursion, through the contract's
/// views.
contract Rfc9162Test {
    EvidenceAnchor private immutable verifier = new EvidenceAnchor();
    uint64 private constant LAST = type(uint64).max;
    uint64 private constant TREE_LIMIT = 64;

    // ---- every tree up to 64 entries ----

    function test_InclusionOfEveryIndexInEveryTreeUpTo64() external view {
        bytes32[] memory leaves = someLeaves(TREE_LIMIT);
        for (uint64 size = 1; size <= TREE_LIMIT; ++size) {
            // External calls release their memory, whose price grows quadratically.
            for (uint64 index = 0; index < size; ++index) this.checkInclusion(index, size, leaves);
        }
    }

    function checkInclusion(uint64 index, uint64 size, bytes32[] memory leaves) external view {
        bytes32 root = Recursion.mth(leaves, 0, size);
        bytes32[] memory path = Recursion.path(index, leaves, 0, size);
        bytes32 leaf = leaves[index];
        require(path.length == Recursion.pathLength(index, size), "oracle: length of the path");
        require(root == Recursion.rootOfPath(leaf, index, size, path, path.length), "oracle: root of the path");

        requireIncluded(leaf, index, size, path, root);
        for (uint64 bit = 1; bit <= TREE_LIMIT; bit *= 2) requireNotIncluded(leaf, index ^ bit, size, path, root);
        checkInclusionFaults(leaf, index, size, path, root);
        if (size == 1) return;
        // A path that ends below the root, with the node that it leads to.
        uint256 k = Recursion.largestPowerOfTwoBelow(size);
        bytes32 below = index < k ? Recursion.mth(leaves, 0, k) : Recursion.mth(leaves, k, size);
        requireNotIncluded(leaf, index, size, Fault.dropped(path, path.length - 1), below);
    }

    function test_ConsistencyOfEveryPairOfTreesUpTo64() external view {
        bytes32[] memory leaves = someLeaves(TREE_LIMIT);
        bytes32[] memory roots = new bytes32[](TREE_LIMIT + 1);
        roots[0] = Rfc9162.EMPTY_ROOT;
        for (uint64 newSize = 1; newSize <= TREE_LIMIT; ++newSize) {
            roots[newSize] = Recursion.mth(leaves, 0, newSize);
            for (uint64 oldSize = 1; oldSize <= newSize; ++oldSize) {
                this.checkConsistency(oldSize, newSize, leaves, roots);
            }
        }
    }

    function checkConsistency(
        uint64 oldSize,
        uint64 newSize,
        bytes32[] memory leaves,
        bytes32[] memory roots
    ) external view {
        bytes32 oldRoot = roots[oldSize];
        bytes32 newRoot = roots[newSize];
        bytes32[] memory proof = Recursion.proof(oldSize, leaves, newSize);
        require(proof.length == Recursion.proofLength(oldSize, newSize, true), "oracle: length of the proof");
        requireRoots(oldRoot, oldSize, newSize, proof, oldRoot, newRoot);

        requireConsistent(oldSize, newSize, oldRoot, newRoot, proof);
        if (oldSize < newSize) {
            requireInconsistent(oldSize, newSize, newRoot, oldRoot, proof);
            requireInconsistent(newSize, oldSize, newRoot, oldRoot, proof);
            requireInconsistent(newSize, oldSize, oldRoot, newRoot, proof);
            requireInconsistent(oldSize, newSize, oldRoot, oldRoot, proof);
            requireInconsistent(oldSize, newSize, newRoot, newRoot, proof);
        }
        // A proof from another old tree is refused, with that tree's root and with this one's.
        for (uint64 bit = 1; bit <= TREE_LIMIT; bit *= 2) {
            uint64 other = oldSize ^ bit;
            requireInconsistent(other, newSize, oldRoot, newRoot, proof);
            if (other <= newSize) requireInconsistent(oldSize, newSize, roots[other], newRoot, proof);
        }
        checkConsistencyFaults(oldSize, newSize, oldRoot, newRoot, proof);
        // A proof that ends below the new root, with the node that it leads to.
        uint256 k = newSize > 1 ? Recursion.largestPowerOfTwoBelow(newSize) : 0;
        if (oldSize > k) return;
        requireInconsistent(oldSize, newSize, oldRoot, roots[k], Fault.dropped(proof, proof.length - 1));
    }

    // ---- any tree up to 2^64 - 1 entries: the recursion determines the roots that drawn hashes prove ----

    function testFuzz_Inclusion(uint64 index, uint64 size, bool isLarge, bytes32 seed) external view {
        size = shaped(size, isLarge, 1);
        index %= size;
        bytes32[] memory path = someHashes(Recursion.pathLength(index, size), seed);
        bytes32 root = Recursion.rootOfPath(seed, index, size, path, path.length);
        requireIncluded(seed, index, size, path, root);
        checkDrawnInclusionFault(index, size, path, root, seed);
    }

    /// @dev One drawn fault in each run: each kind gets more than a thousand of the runs.
    function checkDrawnInclusionFault(
        uint64 index,
        uint64 size,
        bytes32[] memory path,
        bytes32 root,
        bytes32 leaf
    ) private view {
        uint256 draw = uint256(keccak256(abi.encode(leaf, "fault")));
        uint256 kind =
            (draw >> 32) %
                (
                    path.length == 0
                        ? 4
                        : path.length == 1
                            ? 6
                            : 7
                );
        uint256 place = path.length == 0 ? 0 : draw % path.length;
        if (kind == 0) leaf = Fault.bitFlipped(leaf, draw);
        if (kind == 1) root = Fault.bitFlipped(root, draw);
        if (kind == 2) index ^= uint64(1 << (draw % 64));
        if (kind == 3) path = Fault.added(path, place);
        if (kind == 4) path = Fault.flipped(path, place, draw >> 8);
        if (kind == 5) path = Fault.dropped(path, place);
        if (kind == 6) path = Fault.swapped(path, place, (place + 1) % path.length);
        requireNotIncluded(leaf, index, size, path, root);
    }

    function testFuzz_Consistency(uint64 oldSize, uint64 newSize, bool isLarge, bytes32 seed) external view {
        newSize = shaped(newSize, isLarge, 2);
        oldSize = 1 + (oldSize % (newSize - 1));
        bytes32[] memory proof = someHashes(Recursion.proofLength(oldSize, newSize, true), seed);
        (bytes32 oldRoot, bytes32 newRoot) = Recursion.rootsOfProof(seed, oldSize, newSize, true, proof, proof.length);
        requireConsistent(oldSize, newSize, oldRoot, newRoot, proof);
        checkDrawnConsistencyFault(oldSize, newSize, oldRoot, newRoot, proof, seed);
    }

    function checkDrawnConsistencyFault(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldRoot,
        bytes32 newRoot,
        bytes32[] memory proof,
        bytes32 seed
    ) private view {
        uint256 draw = uint256(keccak256(abi.encode(seed, "fault")));
        uint256 kind = (draw >> 32) % (proof.length == 1 ? 7 : 8);
        uint256 place = draw % proof.length;
        if (kind == 0) oldRoot = Fault.bitFlipped(oldRoot, draw);
        if (kind == 1) newRoot = Fault.bitFlipped(newRoot, draw);
        if (kind == 2) (oldRoot, newRoot) = (newRoot, oldRoot);
        if (kind == 3) (oldSize, newSize) = (newSize, oldSize);
        if (kind == 4) proof = Fault.flipped(proof, place, draw >> 8);
        if (kind == 5) proof = Fault.dropped(proof, place);
        if (kind == 6) proof = Fault.added(proof, place);
        if (kind == 7) proof = Fault.swapped(proof, place, (place + 1) % proof.length);
        requireInconsistent(oldSize, newSize, oldRoot, newRoot, proof);
    }

    /// @notice The corner cases that draws seldom hit, each with every fault.
    function test_SizesNextToTheLast() external view {
        uint64[8] memory sizes = [LAST, LAST - 1, LAST - 2, 1 << 63, (1 << 63) + 1, (1 << 63) - 1, (1 << 62) + 1, 3];
        for (uint256 n = 0; n < sizes.length; ++n) {
            uint64 size = sizes[n];
            uint64[5] memory places = [0, 1, size / 2, size - 2, size - 1];
            for (uint256 i = 0; i < places.length; ++i) {
                this.checkDrawnInclusion(places[i], size);
                if (places[i] > 0) this.checkDrawnConsistency(places[i], size);
            }
        }
        require(Recursion.pathLength(0, LAST) == 64 && Recursion.pathLength(LAST - 1, LAST) == 63, "depths");
    }

    function checkDrawnInclusion(uint64 index, uint64 size) external view {
        bytes32[] memory path = someHashes(Recursion.pathLength(index, size), "corner");
        bytes32 root = Recursion.rootOfPath("leaf", index, size, path, path.length);
        requireIncluded("leaf", index, size, path, root);
        checkInclusionFaults("leaf", index, size, path, root);
    }

    function checkDrawnConsistency(uint64 oldSize, uint64 newSize) external view {
        bytes32[] memory proof = someHashes(Recursion.proofLength(oldSize, newSize, true), "corner");
        (bytes32 oldRoot, bytes32 newRoot) = Recursion.rootsOfProof("r", oldSize, newSize, true, proof, proof.length);
        requireConsistent(oldSize, newSize, oldRoot, newRoot, proof);
        checkConsistencyFaults(oldSize, newSize, oldRoot, newRoot, proof);
    }

    // ---- the limits of the domain ----

    function test_NothingIsIncludedInTheEmptyTreeOrPastTheEnd() external view {
        bytes32[] memory none = new bytes32[](0);
        requireNotIncluded("leaf", 0, 0, none, Rfc9162.EMPTY_ROOT);
        requireNotIncluded("leaf", 0, 0, none, "leaf");
        requireNotIncluded("leaf", 1, 1, none, "leaf");
        requireNotIncluded("leaf", LAST, LAST, none, "leaf");
        requireNotIncluded("leaf", LAST, 0, none, "leaf");
        requireIncluded("leaf", 0, 1, none, "leaf");
    }

    function test_ATreeIsConsistentWithItselfIfNothingIsProved() external view {
        bytes32[] memory none = new bytes32[](0);
        bytes32[] memory one = someHashes(1, "one");
        uint64[4] memory sizes = [0, 1, 6, LAST];
        for (uint256 i = 0; i < sizes.length; ++i) {
            requireConsistent(sizes[i], sizes[i], "root", "root", none);
            requireInconsistent(sizes[i], sizes[i], "root", "other", none);
            requireInconsistent(sizes[i], sizes[i], "root", "root", one);
            requireInconsistent(sizes[i], sizes[i], one[0], one[0], one);
        }
    }

    function test_FromTheEmptyTreeThereIsNoProof() external view {
        bytes32[] memory none = new bytes32[](0);
        bytes32[] memory one = someHashes(1, "one");
        uint64[3] memory sizes = [1, 2, LAST];
        for (uint256 i = 0; i < sizes.length; ++i) {
            requireInconsistent(0, sizes[i], Rfc9162.EMPTY_ROOT, "root", none);
            requireInconsistent(0, sizes[i], "root", "root", none);
            requireInconsistent(0, sizes[i], one[0], one[0], one);
            requireInconsistent(sizes[i], 0, "root", Rfc9162.EMPTY_ROOT, none);
        }
    }

    /// @notice A proof as long as calldata allows is refused after 64 steps and not processed to
    /// its end.
    function test_AnOverlongProofIsRefusedEarly() external view {
        bytes32[] memory hashes = someHashes(2000, "long");
        uint256 before = gasleft();
        requireNotIncluded("leaf", 0, LAST, hashes, "root");
        requireInconsistent(LAST - 1, LAST, "old", "new", hashes);
        require(before - gasleft() < 2_000_000, "walked to the end");
    }

    // ---- the oracle and the precompile ----

    function testFuzz_LargestPowerOfTwoBelow(uint64 n) external pure {
        requireSplit(n < 2 ? 2 : n);
        for (uint256 small = 2; small < 10; ++small) requireSplit(small);
    }

    function requireSplit(uint256 n) private pure {
        uint256 k = Recursion.largestPowerOfTwoBelow(n);
        require(k < n && n <= 2 * k && k & (k - 1) == 0, "largest power of two below");
    }

    function test_EmptyRootIsTheHashOfNothing() external pure {
        require(Rfc9162.EMPTY_ROOT == sha256(""), "SHA-256 of nothing");
    }

    function testFuzz_NodeHash(bytes32 left, bytes32 right) external view {
        bytes32 before;
        bytes32 pointed;
        assembly ("memory-safe") {
            before := mload(0x40)
        }
        bytes32 hash = Rfc9162.nodeHash(left, right);
        assembly ("memory-safe") {
            pointed := mload(0x40)
        }
        require(before == pointed, "the free memory pointer moved");
        require(hash == Recursion.node(left, right), "node hash");
    }

    function test_ABrokenPrecompileReverts() external {
        bytes[4] memory answers = [bytes(""), new bytes(31), new bytes(33), new bytes(64)];
        for (uint256 i = 0; i < answers.length; ++i) {
            vm.mockCall(address(2), "", answers[i]);
            this.requireSha256Fails();
            vm.clearMockedCalls();
        }
        vm.mockCallRevert(address(2), "", new bytes(32));
        this.requireSha256Fails();
        vm.clearMockedCalls();
        // The same call with a working precompile, or the test could pass for any other reason.
        require(!verifier.verifyInclusion("leaf", 0, 2, new bytes32[](1), "root"), "unmocked");
    }

    function requireSha256Fails() external view {
        bytes32[] memory one = new bytes32[](1);
        try verifier.verifyInclusion("leaf", 0, 2, one, "root") {
            revert("inclusion was answered");
        } catch (bytes memory reason) {
            require(bytes4(reason) == Rfc9162.Sha256Failed.selector, "inclusion: another error");
        }
        try verifier.verifyConsistency(1, 2, "old", "new", one) {
            revert("consistency was answered");
        } catch (bytes memory reason) {
            require(bytes4(reason) == Rfc9162.Sha256Failed.selector, "consistency: another error");
        }
    }

    // ---- helpers ----

    function checkInclusionFaults(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[] memory path,
        bytes32 root
    ) private view {
        requireNotIncluded(Fault.bitFlipped(leaf, index), index, size, path, root);
        requireNotIncluded(leaf, index, size, path, Fault.bitFlipped(root, index));
        requireNotIncluded(leaf, index, size, Fault.added(path, path.length), root);
        // A path beyond the root, with the root that it leads to.
        requireNotIncluded(leaf, index, size, Recursion.append(path, "more"), Recursion.node("more", root));
        requireNotIncluded(leaf, index, size, Recursion.append(path, "more"), Recursion.node(root, "more"));
        for (uint256 i = 0; i < path.length; ++i) {
            requireNotIncluded(leaf, index, size, Fault.flipped(path, i, 255 - (i % 256)), root);
            requireNotIncluded(leaf, index, size, Fault.dropped(path, i), root);
            requireNotIncluded(leaf, index, size, Fault.added(path, i), root);
            if (i > 0) requireNotIncluded(leaf, index, size, Fault.swapped(path, i - 1, i), root);
        }
    }

    function checkConsistencyFaults(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldRoot,
        bytes32 newRoot,
        bytes32[] memory proof
    ) private view {
        requireInconsistent(oldSize, newSize, Fault.bitFlipped(oldRoot, newSize), newRoot, proof);
        requireInconsistent(oldSize, newSize, oldRoot, Fault.bitFlipped(newRoot, oldSize), proof);
        requireInconsistent(oldSize, newSize, oldRoot, newRoot, Fault.added(proof, proof.length));
        // A proof beyond the roots, with the roots that it leads to.
        bytes32[] memory longer = Recursion.append(proof, "more");
        requireInconsistent(oldSize, newSize, Recursion.node("more", oldRoot), Recursion.node("more", newRoot), longer);
        requireInconsistent(oldSize, newSize, oldRoot, Recursion.node(newRoot, "more"), longer);
        for (uint256 i = 0; i < proof.length; ++i) {
            requireInconsistent(oldSize, newSize, oldRoot, newRoot, Fault.flipped(proof, i, i));
            requireInconsistent(oldSize, newSize, oldRoot, newRoot, Fault.dropped(proof, i));
            requireInconsistent(oldSize, newSize, oldRoot, newRoot, Fault.added(proof, i));
            if (i > 0) {
                requireInconsistent(oldSize, newSize, oldRoot, newRoot, Fault.swapped(proof, i - 1, i));
            }
        }
    }

    function requireIncluded(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[] memory path,
        bytes32 root
    ) private view {
        if (!verifier.verifyInclusion(leaf, index, size, path, root)) fail("a true inclusion", index, size);
    }

    function requireNotIncluded(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[] memory path,
        bytes32 root
    ) private view {
        if (verifier.verifyInclusion(leaf, index, size, path, root)) fail("a false inclusion", index, size);
    }

    function requireConsistent(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldRoot,
        bytes32 newRoot,
        bytes32[] memory proof
    ) private view {
        if (!verifier.verifyConsistency(oldSize, newSize, oldRoot, newRoot, proof)) {
            fail("a true consistency", oldSize, newSize);
        }
    }

    function requireInconsistent(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldRoot,
        bytes32 newRoot,
        bytes32[] memory proof
    ) private view {
        if (verifier.verifyConsistency(oldSize, newSize, oldRoot, newRoot, proof)) {
            fail("a false consistency", oldSize, newSize);
        }
    }

    function requireRoots(
        bytes32 seed,
        uint64 oldSize,
        uint64 newSize,
        bytes32[] memory proof,
        bytes32 oldRoot,
        bytes32 newRoot
    ) private pure {
        (bytes32 first, bytes32 second) = Recursion.rootsOfProof(seed, oldSize, newSize, true, proof, proof.length);
        require(first == oldRoot && second == newRoot, "oracle: roots of the proof");
    }

    /// @notice A size of at least `least`; half of the draws lie within 2^16 of the largest.
    function shaped(uint64 size, bool isLarge, uint64 least) private pure returns (uint64) {
        if (isLarge) return LAST - (size & 0xffff);
        return size < least ? least : size;
    }

    function someLeaves(uint256 count) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) leaves[i] = Recursion.leafHash(bytes(vm.toString(i)));
    }

    function someHashes(uint256 count, bytes32 seed) private pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) hashes[i] = keccak256(abi.encode(seed, i));
    }

    function fail(string memory what, uint64 a, uint64 b) private pure {
        revert(string.concat(what, " was judged wrongly: ", vm.toString(a), ", ", vm.toString(b)));
    }
}
