/** What the service of this page answers; its own operations state these forms. */

export interface SignInWays {
  readonly hasAccounts: boolean;
  readonly password: boolean;
  readonly passkey: boolean;
  readonly oidc: readonly { readonly id: string; readonly name: string }[];
}

export interface SessionView {
  readonly id: string;
  readonly device: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly isThis: boolean;
}

export interface AccountView {
  readonly id: string;
  readonly name: string | null;
  readonly signInName: string | null;
  readonly organisation: { readonly name: string | null };
  readonly roles: readonly string[];
  readonly hasPassword: boolean;
  readonly passkeys: readonly { readonly id: string; readonly label: string | null }[];
  readonly sessions: readonly SessionView[];
}

export interface OwnKeyView {
  readonly id: string;
  readonly role: string;
  readonly label: string | null;
  readonly until: string;
  readonly isValid: boolean;
}

/** The one answer that has the secret of a key. */
export interface NewKeyView {
  readonly id: string;
  readonly key: string;
}

export interface LinkView {
  readonly purpose: 'first-account' | 'password';
  readonly signInName: string | null;
}

export interface LoginView {
  readonly device: string;
  readonly compare: string;
  readonly createdAt: string;
  readonly isOpen: boolean;
}
