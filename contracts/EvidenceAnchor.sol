// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Rfc9162} from "./Rfc9162.sol";

/// @title EvidenceAnchor: a public record of append-only logs
/// @notice Stores the roots of RFC 9162 Merkle trees. A log's next root is accepted only with a
/// proof that its tree extends the one anchored before, so under one log id nobody, the operator
/// included, can fork, rewrite or roll back the anchored log. An anchor proves that its root
/// existed when its block was made. It does not prove that the entries are true, and it does not
/// bind the operator before the first anchor or beyond the last one.
/// @dev No owner, no upgrade, no pause, no ether: the behaviour of the code never changes.
contract EvidenceAnchor {
    /// @dev The order of the fields minimises gas. `anchor` writes slot 0 with one SSTORE (5,000),
    /// reads slot 1 (2,100) and the old root (2,100), and fills one new root slot (22,100). The
    /// operator in the slot of the size would leave 32 bits, too few for time and count, and
    /// writing a second slot (5,000) costs more than reading one. The root of the head is not
    /// stored twice: it is `roots[size]`.
    struct Log {
        uint64 size; // slot 0: entries of the newest anchored tree
        uint64 time; // slot 0: block time of the newest anchor, seconds
        uint64 count; // slot 0: anchors so far
        address operator; // slot 1: never zero once the log is open
        address pendingOperator; // slot 2
        mapping(uint64 size => bytes32) roots; // slot 3: written once for each anchored size, never zero there
        mapping(address endorser => uint64) endorsedSizes; // slot 4
    }

    mapping(bytes32 logId => Log) private logs;

    event Opened(bytes32 indexed logId, address indexed operator, string vkey);
    /// @param previousSize size of the preceding anchor, so that the history can be followed
    /// without gaps
    /// @param anchorIndex counts from 0
    event Anchored(bytes32 indexed logId, uint64 indexed size, bytes32 root, uint64 previousSize, uint64 anchorIndex);
    event Endorsed(bytes32 indexed logId, address indexed endorser, uint64 size, bytes32 root);
    event OperatorTransferStarted(bytes32 indexed logId, address indexed from, address indexed to);
    event OperatorTransferred(bytes32 indexed logId, address indexed from, address indexed to);

    error UnknownLog(bytes32 logId);
    error LogExists(bytes32 logId);
    error NotOperator(bytes32 logId, address caller);
    error NotPendingOperator(bytes32 logId, address caller);
    error StaleHead(uint64 headSize, uint64 oldSize);
    error NotGrowing(uint64 oldSize, uint64 newSize);
    error ZeroRoot();
    error ProofNotEmpty(uint256 hashes);
    error InconsistentProof(uint64 oldSize, uint64 newSize);
    error NotAnchored(bytes32 logId, uint64 size, bytes32 root);

    /// @notice Opens a log of size 0 that the caller operates.
    /// @dev The id ties the chain key to the log key: the same vkey opened from another address
    /// gets another id, so nobody can occupy it, and a trust file that names the id names both
    /// keys. The id stays when the operator changes. The vkey is recorded in the event only; the
    /// contract does not interpret it.
    /// @param vkey the log's C2SP signed-note verifier key
    /// @return logId keccak256(abi.encode(msg.sender, keccak256(bytes(vkey))))
    function open(string calldata vkey) external returns (bytes32 logId) {
        logId = keccak256(abi.encode(msg.sender, keccak256(bytes(vkey))));
        Log storage log = logs[logId];
        if (log.operator != address(0)) revert LogExists(logId);
        log.operator = msg.sender;
        emit Opened(logId, msg.sender, vkey);
    }

    /// @notice Anchors the tree of `newSize` entries with `newRoot` as the log's new head.
    /// @dev `oldSize` states the head that the proof starts from, so that a transaction that lost a
    /// race fails with StaleHead and not as a false proof. A zero root is refused because `rootAt`
    /// returns zero for "none"; no tree with a zero root is known.
    /// @param proof RFC 9162 consistency proof from the stored root at `oldSize`; empty if
    /// `oldSize` is 0, since every tree extends the empty one: the first root is taken on the
    /// operator's statement
    function anchor(bytes32 logId, uint64 oldSize, uint64 newSize, bytes32 newRoot, bytes32[] calldata proof) external {
        Log storage log = operatedByCaller(logId);
        uint64 headSize = log.size;
        if (oldSize != headSize) revert StaleHead(headSize, oldSize);
        if (newSize <= oldSize) revert NotGrowing(oldSize, newSize);
        if (newRoot == 0) revert ZeroRoot();
        if (oldSize == 0) {
            if (proof.length != 0) revert ProofNotEmpty(proof.length);
        } else if (!Rfc9162.verifyConsistency(oldSize, newSize, log.roots[oldSize], newRoot, proof)) {
            revert InconsistentProof(oldSize, newSize);
        }

        uint64 anchorIndex = log.count;
        (log.size, log.time, log.count) = (newSize, uint64(block.timestamp), anchorIndex + 1);
        log.roots[newSize] = newRoot;
        emit Anchored(logId, newSize, newRoot, oldSize, anchorIndex);
    }

    /// @notice The caller states that it has audited the anchored tree of `size` entries with
    /// `root`.
    /// @dev Open to every account: verifiers decide whose endorsement counts. Endorsing a smaller
    /// tree emits the event and does not lower `endorsedSize`. A zero root is refused explicitly,
    /// since `roots` holds zero for every size that was never anchored, size 0 and unknown logs
    /// included.
    function endorse(bytes32 logId, uint64 size, bytes32 root) external {
        Log storage log = logs[logId];
        if (root == 0 || log.roots[size] != root) revert NotAnchored(logId, size, root);
        if (size > log.endorsedSizes[msg.sender]) log.endorsedSizes[msg.sender] = size;
        emit Endorsed(logId, msg.sender, size, root);
    }

    /// @notice Offers the log to `to`, replacing any earlier offer; the zero address withdraws it.
    /// @dev Two steps, so that a mistyped address cannot end the log. The caller remains the
    /// operator until `to` accepts.
    function transferOperator(bytes32 logId, address to) external {
        operatedByCaller(logId).pendingOperator = to;
        emit OperatorTransferStarted(logId, msg.sender, to);
    }

    /// @notice The caller, which must have been offered the log, becomes its operator; the former
    /// one is replaced at once.
    function acceptOperator(bytes32 logId) external {
        Log storage log = logs[logId];
        if (msg.sender != log.pendingOperator) revert NotPendingOperator(logId, msg.sender);
        address from = log.operator;
        log.operator = msg.sender;
        delete log.pendingOperator;
        emit OperatorTransferred(logId, from, msg.sender);
    }

    /// @notice The newest anchor of a log. Before the first one: size 0, the empty tree's root
    /// SHA-256(""), time 0, count 0.
    /// @return size entries of the anchored tree
    /// @return root its root
    /// @return time block time of the anchor, seconds
    /// @return count anchors so far; the newest has the anchorIndex count - 1
    function head(bytes32 logId) external view returns (uint64 size, bytes32 root, uint64 time, uint64 count) {
        Log storage log = logs[logId];
        if (log.operator == address(0)) revert UnknownLog(logId);
        (size, time, count) = (log.size, log.time, log.count);
        root = size == 0 ? Rfc9162.EMPTY_ROOT : log.roots[size];
    }

    /// @notice The root anchored for exactly this size; zero if there is none, size 0 included.
    function rootAt(bytes32 logId, uint64 size) external view returns (bytes32) {
        return logs[logId].roots[size];
    }

    /// @notice The largest size that `who` has endorsed; 0 if none.
    function endorsedSize(bytes32 logId, address who) external view returns (uint64) {
        return logs[logId].endorsedSizes[who];
    }

    /// @notice The account that may anchor; zero for an unknown log.
    function operatorOf(bytes32 logId) external view returns (address) {
        return logs[logId].operator;
    }

    /// @notice The account that the log is offered to; zero if there is no offer.
    function pendingOperatorOf(bytes32 logId) external view returns (address) {
        return logs[logId].pendingOperator;
    }

    /// @notice RFC 9162 §2.1.3.2, for other contracts and clients. `rootAt` returns the root.
    function verifyInclusion(
        bytes32 leafHash,
        uint64 index,
        uint64 size,
        bytes32[] calldata proof,
        bytes32 root
    ) external view returns (bool) {
        return Rfc9162.verifyInclusion(leafHash, index, size, proof, root);
    }

    /// @notice RFC 9162 §2.1.4.2, with the results of `Rfc9162.verifyConsistency` for equal sizes
    /// and for size 0.
    function verifyConsistency(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldRoot,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) external view returns (bool) {
        return Rfc9162.verifyConsistency(oldSize, newSize, oldRoot, newRoot, proof);
    }

    /// @dev The log, if the caller operates it.
    function operatedByCaller(bytes32 logId) private view returns (Log storage log) {
        log = logs[logId];
        address operator = log.operator;
        if (operator == address(0)) revert UnknownLog(logId);
        if (operator != msg.sender) revert NotOperator(logId, msg.sender);
    }
}
