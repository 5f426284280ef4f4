import { computeAddress, Wallet } from 'ethers';

/** The account of a valid private key, 0x-hex lower case. */
export function accountOf(privateKey: string): string {
  return computeAddress(privateKey).toLowerCase();
}

/** A new private key, drawn at random, 0x-hex. */
export function drawChainKey(): string {
  return Wallet.createRandom().privateKey;
}
