/** What a sign-in brings: who it is, as which phone, and the server's keys. */
import { at, type Schema } from '../shared/api/describing'
import { Problem } from '../shared/api/problem'
import { nowText, observeServerTime } from './clock'
import { deviceName, newDevice } from './device'
import type { EnvelopeKey } from './enveloping'
import { ENVELOPE_KEY, fact, keepFact, keyring, type DeviceRow } from './local/keyring'
import { get, post, want, type Reach } from './wire'

/** Signs in by the password, as the phone that is known to this name or as a new one (`anew`: always); nothing is kept of the person yet. */
export async function signedIn(name: string, password: string, reach: Reach, anew = false): Promise<{ reply: Schema<'Session'>; device: Omit<DeviceRow, 'personId'> }> {
  const known = anew ? null : await deviceNamed(name)
  try {
    const first = await signedInWith(known ?? (await newDevice()), name, password, reach)
    // The name went to somebody else: two people never share a key.
    return known && known.personId !== first.reply.person.id ? await signedInWith(await newDevice(), name, password, reach) : first
  } catch (error) {
    // Revoked, or known to the server with another key: the phone starts again as a new device.
    if (known && error instanceof Problem && error.body.where?.startsWith('/device')) {
      return signedInWith(await newDevice(), name, password, reach)
    }
    throw error
  }
}

async function signedInWith(device: Omit<DeviceRow, 'personId'>, name: string, password: string, reach: Reach) {
  const enrolled = { id: device.id, public_key: device.publicKey, name: deviceName() }
  const askedAt = Date.now()
  const reply = await want(reach, post(at('/api/session'), { sign_in_name: name.trim(), password, device: enrolled }))
  await observeServerTime(reply.server_time, askedAt, Date.now())
  await keepFact(nameFact(name), reply.person.id)
  return { reply, device }
}

async function deviceNamed(signInName: string): Promise<DeviceRow | null> {
  const personId = await fact<string>(nameFact(signInName))
  return personId ? ((await keyring.devices.get(personId)) ?? null) : null
}

function nameFact(signInName: string): string {
  return `person-of ${signInName.trim().toLowerCase()}`
}

/** The receipt's keys are taken at sign-in and never replaced by a later answer: only then was the password proof. */
export async function pinKeys(reach: Reach): Promise<void> {
  const { keys } = await want(reach, get(at('/api/keys')))
  for (const key of keys.filter(({ use }) => use === 'receipt')) {
    if (!(await keyring.serverKeys.get(key.id))) {
      await keyring.serverKeys.add({ id: key.id, publicKey: key.public_key, pinnedAt: nowText() })
    }
  }
  const sealTo = keys.find(({ use }) => use === 'envelope')
  if (sealTo) await keepFact(ENVELOPE_KEY, { id: sealTo.id, publicKey: sealTo.public_key } satisfies EnvelopeKey)
}
