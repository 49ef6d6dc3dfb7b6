/** What only the server does: opening an envelope by its private key. Throws where anything of it was changed. */
export async function opened(envelope: ArrayBuffer, { privateKey, publicKey }: CryptoKeyPair): Promise<ArrayBuffer> {
  const head = envelope.slice(0, 161)
  const ephemeral = head.slice(12, 77)
  const theirs = await crypto.subtle.importKey('raw', ephemeral, { name: 'ECDH', namedCurve: 'P-256' }, true, [])
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, privateKey, 256)
  const secret = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey'])
  const salt = await new Blob([ephemeral, await crypto.subtle.exportKey('raw', publicKey)]).arrayBuffer()
  const how = { name: 'HKDF', hash: 'SHA-256', salt, info: new TextEncoder().encode('fieldapp envelope 1') }
  const wrapping = await crypto.subtle.deriveKey(how, secret, { name: 'AES-KW', length: 256 }, false, ['unwrapKey'])
  const key = await crypto.subtle.unwrapKey('raw', head.slice(77, 117), wrapping, 'AES-KW', 'AES-GCM', false, ['decrypt'])
  const step = new DataView(head).getUint32(157) + 16
  const pieces: ArrayBuffer[] = []
  for (let at = 161, n = 0; at < envelope.byteLength; at += step, n += 1) {
    const iv = new Uint8Array(12)
    new DataView(iv.buffer).setUint32(8, n)
    pieces.push(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: head }, key, envelope.slice(at, at + step)))
  }
  return new Blob(pieces).arrayBuffer()
}
